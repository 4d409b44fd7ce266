/** Area entry-sync: which writer serves a format, what its sync does, and the trace of the update. */
import type { EntrySyncCase, EntrySyncObservation, SyncAction, TraceEvent } from '../../spec/schema.ts';
import { loadWords } from '../word-copies.ts';
import { writeAmdDte } from './amd-dte.ts';
import { plan, planUpdate, SYNC } from './entry-plan.ts';
import { syntheticShape } from './synthetic.ts';
import { safeBits, usedBits } from './used-bits.ts';
import type { WriterShape } from './writer-shape.ts';

export const shapes: Readonly<Record<'vtd-pasid' | 'smmu-ste' | 'smmu-cd', WriterShape>> = {
  'vtd-pasid': shape('vtd-pasid', 4),
  'smmu-ste': shape('smmu-ste', 2),
  'smmu-cd': shape('smmu-cd', 2),
};

function shape(format: 'vtd-pasid' | 'smmu-ste' | 'smmu-cd', quantumHalves: number): WriterShape {
  const [used, safe] = [usedBits[format], safeBits[format]];
  return { quanta: 16 / quantumHalves, quantumHalves, validQuantum: 0, used, safe };
}

const WORDS = 16;
/** What memory holds, and the target. */
const words = new BigUint64Array(WORDS * 2);
const halves = new Uint32Array(words.buffer);
const values = new BigUint64Array(plan.values.buffer);

function traceOf(format: WriterShape, sync: TraceEvent): TraceEvent[] {
  planUpdate(format, halves, 0, halves, WORDS * 2);
  const trace: TraceEvent[] = [];
  for (let step = 0; step < plan.count; step++) {
    const quantum = plan.quanta[step]!;
    if (quantum === SYNC) {
      trace.push(sync);
      continue;
    }
    const low = values[step * 2]!;
    const value = format.quantumHalves === 4 ? [low, values[step * 2 + 1]!] : [low];
    trace.push({ op: 'store', quantum, value });
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
  loadWords(words, from);
  loadWords(words, to, WORDS);
  switch (format) {
    case 'vtd-pasid': {
      const coherent = (profile.ecap & COHERENT) !== 0n;
      return { trace: traceOf(shapes[format], coherent ? syncs.coherentPasid : syncs.flushedPasid) };
    }
    case 'smmu-ste':
      return { trace: traceOf(shapes[format], syncs.ste) };
    case 'smmu-cd':
      return { trace: traceOf(shapes[format], syncs.cd) };
    case 'synthetic': {
      if (layout === undefined) throw new RangeError('layout: missing, format synthetic needs one');
      return { trace: traceOf(syntheticShape(layout), syncs.bare) };
    }
  }
}
