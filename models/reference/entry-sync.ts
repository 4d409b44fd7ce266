/**
 * The writer that replaces an entry while hardware may read any quantum of it at any time. Bits that the
 * current entry does not use are set first, then the one quantum that still differs is swapped, then what
 * the target does not use is cleared: no moment without a valid entry. When two or more quanta differ in
 * used bits there is no such way, and the entry is invalid for a while. A sync after each step makes
 * hardware forget what it read before.
 */
import type { EntrySyncCase, EntrySyncObservation, TraceEvent } from '../../spec/schema.ts';
import { usualSync, writerFormats } from '../../spec/writer-formats.ts';
import { amdSteps } from './amd-dte.ts';
import type { Words } from './used-bits.ts';
import { type Writable, writableFormat } from './writer-format.ts';

export interface Store {
  readonly quantum: number;
  readonly value: Words;
}
export interface Step {
  readonly name: string;
  readonly stores: readonly Store[];
  /** Whether a sync follows; a step that stores nothing needs none. */
  readonly sync: boolean;
}

export interface Analysis {
  readonly currentUsed: Words;
  readonly targetUsed: Words;
  /** The current entry with everything changed that hardware does not look at or that is safe. */
  readonly prepared: Words;
  /** Quanta that still differ from the target in bits that the target uses. */
  readonly differing: readonly number[];
}

/** What stands between `from` and `to`. */
export function analyse(format: Writable, from: Words, to: Words): Analysis {
  const currentUsed = format.used(from);
  const targetUsed = format.used(to);
  // Only a bit that both entries use can be safe: for the others the order of the steps matters.
  const safe = format.safe(from, to).map((mask, word) => mask & currentUsed[word]! & targetUsed[word]!);
  const fixed = currentUsed.map((mask, word) => mask & ~safe[word]!);
  const prepared = from.map((held, word) => (held & fixed[word]!) | (to[word]! & ~fixed[word]!));
  const differing = format.quanta.flatMap((words, quantum) =>
    words.some((word) => (prepared[word]! & targetUsed[word]!) !== to[word]) ? [quantum] : [],
  );
  return { currentUsed, targetUsed, prepared, differing };
}

/** The steps from `from` to `to`, in order. */
export function steps(format: Writable, from: Words, to: Words): Step[] {
  const { prepared, differing } = analyse(format, from, to);
  const [critical, ...more] = differing;
  if (critical === undefined) return write(format, from, [{ name: 'rewrite', source: to }]);
  if (more.length > 0) return breakingSteps(format, from, to);
  // What the critical quantum does not use changes with the swap: one sync less.
  const preparation = [...prepared];
  for (const word of format.quanta[critical]!) preparation[word] = from[word]!;
  return write(format, from, [
    { name: 'prepare', source: preparation },
    { name: 'swap', source: to, quanta: [critical] },
    { name: 'clean up', source: to },
  ]);
}

function breakingSteps(format: Writable, from: Words, to: Words): Step[] {
  const { validQuantum } = format;
  const invalid = [...from];
  for (const word of format.quanta[validQuantum]!) invalid[word] = 0n;
  const all = [...format.quanta.keys()];
  const before = all.slice(0, validQuantum);
  const after = all.slice(validQuantum + 1);
  return write(format, from, [
    { name: 'invalidate', source: invalid, quanta: [validQuantum] },
    { name: 'fill', source: to, quanta: before },
    { name: 'fill', source: to, quanta: after },
    { name: 'publish', source: to, quanta: [validQuantum] },
  ]);
}

interface Plan {
  readonly name: string;
  readonly source: Words;
  /** All of them when left out. */
  readonly quanta?: readonly number[];
}

/** Stores, quantum by quantum in ascending order, what differs from memory; drops steps without a store. */
function write({ quanta: words }: Writable, from: Words, plans: readonly Plan[]): Step[] {
  const memory = [...from];
  return plans.flatMap(({ name, source, quanta = words.keys() }) => {
    const stores: Store[] = [];
    for (const quantum of quanta) {
      const indices = words[quantum]!;
      if (indices.every((word) => memory[word] === source[word])) continue;
      stores.push({ quantum, value: indices.map((word) => source[word]!) });
      for (const word of indices) memory[word] = source[word]!;
    }
    return stores.length === 0 ? [] : [{ name, stores, sync: true }];
  });
}

/** Answers a case of area entry-sync. */
export function runEntrySync({ format, layout, from, to, profile }: EntrySyncCase): EntrySyncObservation {
  const planned = format === 'amd-dte' ? amdSteps(from, to) : steps(writableFormat(format, layout), from, to);
  const sync: TraceEvent =
    format === 'synthetic'
      ? { op: 'sync' }
      : { op: 'sync', actions: usualSync(writerFormats[format].sync, (profile.ecap & 1n) === 1n) };
  return { trace: traceOf(planned, sync) };
}

/** Steps as one list of events, with `sync` after each step that asks for one. */
export function traceOf(planned: readonly Step[], sync: TraceEvent): TraceEvent[] {
  return planned.flatMap(({ stores, sync: synced }) => [
    ...stores.map(({ quantum, value }) => ({ op: 'store' as const, quantum, value: [...value] })),
    ...(synced ? [sync] : []),
  ]);
}
