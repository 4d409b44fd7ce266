/**
 * The hitless entry writer on 32-bit halves: what is stored when, and when a sync is due. Two quanta or more that
 * differ in used bits force a break. All working memory is allocated once.
 */
import type { WriterShape } from './writer-shape.ts';

/** Halves of the largest entry, and of the largest quantum. */
const ENTRY_HALVES = 32;
export const QUANTUM_HALVES = 4;
/** Eight quanta stored twice and one of them once more, with three syncs. */
const MOST_STEPS = 20;
/** In place of a quantum: no store but a sync. */
export const SYNC = 0xff;

/** The steps of the update planned last. */
export const plan = {
  count: 0,
  /** By step, the quantum that is stored, or SYNC. */
  quanta: new Uint8Array(MOST_STEPS),
  /** From step * QUANTUM_HALVES on, the halves that are stored. */
  values: new Uint32Array(MOST_STEPS * QUANTUM_HALVES),
};

/** What memory may hold before the swap, and what it holds in the middle of a break. */
const prepared = new Uint32Array(ENTRY_HALVES);
const zero = new Uint32Array(ENTRY_HALVES);

/** Sets of quanta, as bits. */
const sets = {
  /** The target differs from memory; from memory once it is prepared. */
  changed: 0,
  unprepared: 0,
  /** What is prepared differs from memory. */
  preparing: 0,
  /** What hardware would use of the target is not there yet, once memory is prepared. */
  critical: 0,
  /** Not zero in memory, and in the target. */
  filled: 0,
  targetFilled: 0,
};

/** Plans the update from the entry at `fromAt` of `from` to the one at `toAt` of `to`. */
export function planUpdate(
  shape: WriterShape,
  from: Uint32Array,
  fromAt: number,
  to: Uint32Array,
  toAt: number,
): void {
  const { quantumHalves } = shape;
  prepare(shape, from, fromAt, to, toAt);
  const { changed, critical } = sets;
  plan.count = 0;
  if (critical === 0) {
    write(quantumHalves, to, toAt, changed);
  } else if ((critical & (critical - 1)) === 0) {
    write(quantumHalves, prepared, 0, sets.preparing & ~critical);
    write(quantumHalves, to, toAt, changed & critical);
    write(quantumHalves, to, toAt, sets.unprepared & ~critical);
  } else {
    const valid = 1 << shape.validQuantum;
    write(quantumHalves, zero, 0, sets.filled & valid);
    write(quantumHalves, to, toAt, changed & ~valid);
    write(quantumHalves, to, toAt, sets.targetFilled & valid);
  }
}

/** Fills the prepared entry and the sets. */
function prepare(
  { quanta, quantumHalves, used, safe }: WriterShape,
  from: Uint32Array,
  fromAt: number,
  to: Uint32Array,
  toAt: number,
): void {
  const { masks } = used;
  const currentUsed = used.rowOf(from, fromAt);
  const targetUsed = used.rowOf(to, toAt);
  const { masks: safeMasks } = safe;
  const unordered = safe.rowOf(from, fromAt, to, toAt);
  sets.changed = sets.unprepared = sets.preparing = sets.critical = sets.filled = sets.targetFilled = 0;
  for (let quantum = 0, half = 0; quantum < quanta; quantum++) {
    let changes = 0;
    let rest = 0;
    let ahead = 0;
    let needed = 0;
    let old = 0;
    let aim = 0;
    for (const end = half + quantumHalves; half < end; half++) {
      const current = from[fromAt + half]!;
      const target = to[toAt + half]!;
      const wanted = masks[targetUsed + half]!;
      const fixed = masks[currentUsed + half]! & ~(safeMasks[unordered + half]! & wanted);
      const next = (current & fixed) | (target & ~fixed);
      prepared[half] = next;
      changes |= current ^ target;
      rest |= next ^ target;
      ahead |= next ^ current;
      needed |= (next & wanted) ^ target;
      old |= current;
      aim |= target;
    }
    const bit = 1 << quantum;
    if (changes !== 0) sets.changed |= bit;
    if (rest !== 0) sets.unprepared |= bit;
    if (ahead !== 0) sets.preparing |= bit;
    if (needed !== 0) sets.critical |= bit;
    if (old !== 0) sets.filled |= bit;
    if (aim !== 0) sets.targetFilled |= bit;
  }
}

/** Stores the set `quanta` of the entry at `at` of `source`, then syncs if there were any. */
function write(quantumHalves: number, source: Uint32Array, at: number, quanta: number): void {
  if (quanta === 0) return;
  for (let rest = quanta; rest !== 0; rest &= rest - 1) {
    const quantum = 31 - Math.clz32(rest & -rest);
    const value = plan.count * QUANTUM_HALVES;
    plan.quanta[plan.count++] = quantum;
    for (let half = 0; half < quantumHalves; half++) {
      plan.values[value + half] = source[at + quantum * quantumHalves + half]!;
    }
  }
  plan.quanta[plan.count++] = SYNC;
}
