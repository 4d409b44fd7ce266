/**
 * What hardware may have seen of an update, interval by interval between syncs: the values that each piece of one
 * fetch had, of which any mix is a view, and a view among them that is neither old nor new. For drawings.
 */
import type { EntrySyncCase, TraceEvent } from '../../spec/schema.ts';
import type { JudgedFormat } from './format.ts';
import { judgedFormat } from './format.ts';
import { MAX_STORES, newInterval, observe } from './observer.ts';

export interface SeenViews {
  /** Events of the trace that the interval covers: from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
  /** Words of 64 bits, or halves of one where a fetch is narrower, that one fetch reads. */
  readonly fetchBits: number;
  /** The different values that each piece had, the oldest first, each as words of 64 bits, or as one of 32. */
  readonly pieces: readonly (readonly (readonly bigint[])[])[];
  /** Words of 64 bits; undefined when every view is old or new. */
  readonly torn: readonly bigint[] | undefined;
}

/** Nothing for a trace with stores that are no whole quanta, or too many. */
export function seenViews(testCase: EntrySyncCase, trace: readonly TraceEvent[]): readonly SeenViews[] {
  const format = judgedFormat(testCase);
  if (!trace.every((event) => event.op === 'sync' || isWhole(event, format))) return [];
  const [from, to] = [halvesOf(testCase.from), halvesOf(testCase.to)];
  const memory = from.slice();
  const all: SeenViews[] = [];
  let first = 0;
  while (first < trace.length) {
    const sync = trace.findIndex(({ op }, index) => index >= first && op === 'sync');
    const end = sync < 0 ? trace.length : sync + 1;
    const stores = trace.slice(first, end).flatMap((event) => (event.op === 'store' ? [event] : []));
    if (stores.length > MAX_STORES) return [];
    if (stores.length > 0) all.push({ first, end, ...viewsOf(format, memory, stores, from, to) });
    first = end;
  }
  return all;
}

type Store = Extract<TraceEvent, { op: 'store' }>;

/** Brings `memory` to what it is after `stores`. */
function viewsOf(
  format: JudgedFormat,
  memory: Uint32Array,
  stores: readonly Store[],
  from: Uint32Array,
  to: Uint32Array,
): Pick<SeenViews, 'fetchBits' | 'pieces' | 'torn'> {
  const { quantumHalves, halves } = format;
  const interval = newInterval();
  interval.start.set(memory);
  const [narrow = halves] = format.fetchHalves;
  const pieces = Array.from({ length: halves / narrow }, (_, piece) => [pieceOf(memory, piece, narrow)]);
  for (const { quantum, value } of stores) {
    const stored = halvesOf(value);
    interval.values.set(stored, interval.count * 4);
    interval.quanta[interval.count++] = quantum;
    memory.set(stored, quantum * quantumHalves);
    for (const [piece, values] of pieces.entries()) {
      const held = pieceOf(memory, piece, narrow);
      if (!values.some((known) => String(known) === String(held))) values.push(held);
    }
  }
  const { torn } = observe(format, interval, from, to, narrow);
  return {
    fetchBits: narrow * 32,
    pieces,
    torn: torn === undefined ? undefined : wordsOf(torn.slice(0, halves)),
  };
}

function isWhole({ quantum, value }: Store, { halves, quantumHalves }: JudgedFormat): boolean {
  return quantum < halves / quantumHalves && value.length * 2 === quantumHalves;
}

function pieceOf(memory: Uint32Array, piece: number, narrow: number): readonly bigint[] {
  const held = memory.slice(piece * narrow, (piece + 1) * narrow);
  return narrow === 1 ? [BigInt(held[0] ?? 0)] : wordsOf(held);
}

function halvesOf(words: readonly bigint[]): Uint32Array {
  return new Uint32Array(BigUint64Array.from(words).buffer);
}

function wordsOf(halves: Uint32Array): readonly bigint[] {
  return [...new BigUint64Array(halves.slice().buffer)];
}
