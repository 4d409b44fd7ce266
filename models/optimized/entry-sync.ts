/**
 * The hitless entry writer on 32-bit halves. All working memory is allocated once; the only allocation a
 * case costs is its trace. Two quanta or more that differ in used bits force a break.
 */
import type { EntrySyncCase, EntrySyncObservation, SyncAction, TraceEvent } from '../../spec/schema.ts';
import { loadWords } from '../word-copies.ts';
import { writeAmdDte } from './amd-dte.ts';
import { syntheticShape } from './synthetic.ts';
import { safeFunctions, usedFunctions } from './used-bits.ts';
import type { WriterShape } from './writer-shape.ts';

const shapes: Readonly<Record<'vtd-pasid' | 'smmu-ste' | 'smmu-cd', WriterShape>> = {
  'vtd-pasid': shape('vtd-pasid', 4),
  'smmu-ste': shape('smmu-ste', 2),
  'smmu-cd': shape('smmu-cd', 2),
};

function shape(format: 'vtd-pasid' | 'smmu-ste' | 'smmu-cd', quantumHalves: number): WriterShape {
  const [used, safe] = [usedFunctions[format], safeFunctions[format]];
  return { halves: 16, quantumHalves, validQuantum: 0, used, safe };
}

const WORDS = 16;
const words = new BigUint64Array(WORDS * 3);
const halves = new Uint32Array(words.buffer);
/** Where each entry starts, in halves: what memory holds, the target, and the prepared entry. */
const MEMORY = 0;
const TARGET = WORDS * 2;
const PREPARED = WORDS * 4;

const currentUsed = new Uint32Array(WORDS * 2);
const targetUsed = new Uint32Array(WORDS * 2);
const safe = new Uint32Array(WORDS * 2);

/** Fills the prepared entry; returns the set of quanta that still differ, as a bit mask. */
function prepare({ halves: size, quantumHalves, used, safe: safeBits }: WriterShape): number {
  used(halves, MEMORY, currentUsed, 0);
  used(halves, TARGET, targetUsed, 0);
  safeBits(halves, MEMORY, halves, TARGET, safe);
  let differing = 0;
  for (let half = 0; half < size; half++) {
    const target = halves[TARGET + half]!;
    const wanted = targetUsed[half]!;
    const fixed = currentUsed[half]! & ~(safe[half]! & wanted);
    const prepared = ((halves[half]! & fixed) | (target & ~fixed)) >>> 0;
    halves[PREPARED + half] = prepared;
    if ((prepared & wanted) >>> 0 !== target) differing |= 1 << Math.floor(half / quantumHalves);
  }
  return differing;
}

/** Stores the quanta `first` to `end` - 1 of the entry at `source` that differ from memory, then syncs. */
function write(
  trace: TraceEvent[],
  { quantumHalves }: WriterShape,
  source: number,
  first: number,
  end: number,
  sync: TraceEvent,
): void {
  let stored = false;
  for (let quantum = first; quantum < end; quantum++) {
    const start = quantum * quantumHalves;
    let same = true;
    for (let half = start; half < start + quantumHalves; half++) {
      if (halves[half] !== halves[source + half]) same = false;
    }
    if (same) continue;
    halves.copyWithin(start, source + start, source + start + quantumHalves);
    const low = words[start >> 1]!;
    const value = quantumHalves === 4 ? [low, words[(start >> 1) + 1]!] : [low];
    trace.push({ op: 'store', quantum, value });
    stored = true;
  }
  if (stored) trace.push(sync);
}

function writeEntry(format: WriterShape, sync: TraceEvent): TraceEvent[] {
  const { halves: size, quantumHalves, validQuantum } = format;
  const quanta = size / quantumHalves;
  const trace: TraceEvent[] = [];
  const differing = prepare(format);
  if (differing === 0) {
    write(trace, format, TARGET, 0, quanta, sync);
  } else if ((differing & (differing - 1)) === 0) {
    const critical = 31 - Math.clz32(differing);
    const start = critical * quantumHalves;
    halves.copyWithin(PREPARED + start, start, start + quantumHalves);
    write(trace, format, PREPARED, 0, quanta, sync);
    write(trace, format, TARGET, critical, critical + 1, sync);
    write(trace, format, TARGET, 0, quanta, sync);
  } else {
    const start = validQuantum * quantumHalves;
    halves.fill(0, PREPARED + start, PREPARED + start + quantumHalves);
    write(trace, format, PREPARED, validQuantum, validQuantum + 1, sync);
    write(trace, format, TARGET, 0, validQuantum, sync);
    write(trace, format, TARGET, validQuantum + 1, quanta, sync);
    write(trace, format, TARGET, validQuantum, validQuantum + 1, sync);
  }
  return trace;
}

const sync = (...actions: SyncAction[]): TraceEvent => ({ op: 'sync', actions });
const syncs = {
  coherentPasid: sync('invalidate-pasid-cache', 'wait'),
  flushedPasid: sync('flush-entry', 'invalidate-pasid-cache', 'wait'),
  ste: sync('cfgi-ste', 'wait'),
  cd: sync('cfgi-cd', 'wait'),
  bare: { op: 'sync' } satisfies TraceEvent,
};

/** Bit 0 of ECAP: the unit snoops the CPU's caches when it reads entries (11.4.3). */
const COHERENT = 1n;

/** Answers a case of area entry-sync. */
export function runEntrySync({ format, layout, from, to, profile }: EntrySyncCase): EntrySyncObservation {
  if (format === 'amd-dte') return { trace: writeAmdDte(from, to) };
  loadWords(words, from, MEMORY / 2);
  loadWords(words, to, TARGET / 2);
  switch (format) {
    case 'vtd-pasid': {
      const coherent = (profile.ecap & COHERENT) !== 0n;
      return { trace: writeEntry(shapes[format], coherent ? syncs.coherentPasid : syncs.flushedPasid) };
    }
    case 'smmu-ste':
      return { trace: writeEntry(shapes[format], syncs.ste) };
    case 'smmu-cd':
      return { trace: writeEntry(shapes[format], syncs.cd) };
    case 'synthetic': {
      if (layout === undefined) throw new RangeError('layout: missing, format synthetic needs one');
      return { trace: writeEntry(syntheticShape(layout), syncs.bare) };
    }
  }
}
