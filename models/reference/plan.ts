/** Why an entry is written the way it is: the path, what differs in each quantum, the steps. */
import { bits } from '../../spec/bits.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { EntrySyncFormat, SyntheticLayout, TraceEvent } from '../../spec/schema.ts';
import { usualSync, writerFormats } from '../../spec/writer-formats.ts';
import { amdSteps } from './amd-dte.ts';
import { analyse, type Step, steps, traceOf } from './entry-sync.ts';
import type { Words } from './used-bits.ts';
import { writableFormat } from './writer-format.ts';

/**
 * `nothing`: the entry is the target. `rewrite`: only bits differ that nobody looks at or that are safe.
 * `hitless`: one quantum differs in used bits. `breaking`: two or more do. `amd`: the order of its own.
 */
export type PlanPath = 'nothing' | 'rewrite' | 'hitless' | 'breaking' | 'amd';

export interface QuantumPlan {
  readonly index: number;
  /** Bits, word by word, that differ between the entries and that both use, the safe ones left out. */
  readonly differing: readonly bigint[];
  /** The fields that these bits belong to; empty for a synthetic format. */
  readonly fields: readonly string[];
}

export interface EntryPlan {
  readonly path: PlanPath;
  /** One sentence: why this path. */
  readonly reason: string;
  readonly quanta: readonly QuantumPlan[];
  readonly steps: readonly Step[];
  readonly trace: readonly TraceEvent[];
}

export interface PlanOptions {
  /** For format `synthetic` only. */
  readonly layout?: SyntheticLayout;
  /** ECAP.C: a unit that is not coherent needs the entry flushed. Default true. */
  readonly coherent?: boolean;
}

/**
 * The store and sync sequence from `from` to `to`, with its reason. Throws RangeError when an entry does
 * not have the words of its format, or a synthetic format has no layout.
 */
export function explainPlan(
  format: EntrySyncFormat,
  from: Words,
  to: Words,
  { layout, coherent = true }: PlanOptions = {},
): EntryPlan {
  const writable = writableFormat(format, layout);
  for (const [name, entry] of Object.entries({ from, to })) {
    if (entry.length === writable.words) continue;
    throw new RangeError(`${name}: ${format} has ${writable.words} words of 64 bits, not ${entry.length}`);
  }
  const analysis = analyse(writable, from, to);
  const planned = format === 'amd-dte' ? amdSteps(from, to) : steps(writable, from, to);
  const path = pathOf(format, planned, analysis.differing);
  const fields = format === 'synthetic' ? undefined : writerFormats[format].knowledge.layout;
  // What was prepared carries the target wherever that is allowed: the rest is what stands in the way.
  const inTheWay = analysis.prepared.map((word, at) => (word ^ to[at]!) & analysis.targetUsed[at]!);
  const quanta = writable.quanta.map((words, index) => {
    const differing = words.map((word) => inTheWay[word]!);
    return { index, differing, fields: fields === undefined ? [] : touched(fields, words[0]!, differing) };
  });
  const sync: TraceEvent =
    format === 'synthetic'
      ? { op: 'sync' }
      : { op: 'sync', actions: usualSync(writerFormats[format].sync, coherent) };
  return {
    path,
    reason: reasonOf(path, analysis.differing),
    quanta,
    steps: planned,
    trace: traceOf(planned, sync),
  };
}

function pathOf(format: EntrySyncFormat, planned: readonly Step[], differing: readonly number[]): PlanPath {
  if (format === 'amd-dte') return 'amd';
  if (planned.length === 0) return 'nothing';
  if (differing.length === 0) return 'rewrite';
  return differing.length === 1 ? 'hitless' : 'breaking';
}

function reasonOf(path: PlanPath, differing: readonly number[]): string {
  switch (path) {
    case 'nothing':
      return 'memory holds the target already';
    case 'rewrite':
      return 'only bits differ that hardware does not look at or that may change at any time';
    case 'hitless':
      return `used bits differ in quantum ${differing.join()} alone: one store switches from old to new`;
    case 'breaking':
      return `used bits differ in quanta ${differing.join(', ')}: no single store can switch, so the entry is invalid in between`;
    case 'amd':
      return 'the unit reads the whole entry at once: only the order of the two halves matters';
  }
}

/** Names of the fields of `layout` that bits of `masks` lie in; `masks` starts at word `first`. */
function touched(layout: Layout, first: number, masks: readonly bigint[]): string[] {
  return layout.fields
    .filter(({ word, high, low }) => ((masks[word - first] ?? 0n) & bits(high, low)) !== 0n)
    .map(({ name }) => name);
}
