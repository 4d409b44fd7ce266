/**
 * The hardware that may be reading while an entry is written. Since the last sync it may have fetched each
 * piece of the entry at any moment, so that every mix of the values that the pieces had is a view that it
 * may act upon. A view is good when, in the bits that count for it, it is the old entry or the new one.
 *
 * The mixes are a product, but which bits count depends on few control bits: views are grouped by these.
 * Within a group each piece is compared alone; a bad view exists exactly when one piece can rule out the
 * old entry while another, or the same one with the same value, rules out the new one.
 */
import { allHold, safeMask, usedMask } from '../../models/masks.ts';
import type { JudgedFormat } from './format.ts';

/** The stores of one interval between syncs. */
export interface Interval {
  /** The entry when the interval began. */
  readonly start: Uint32Array;
  /** Number of stores, then for each its quantum and its value, one after the other. */
  count: number;
  readonly quanta: Uint8Array;
  readonly values: Uint32Array;
}

/** What hardware may have seen in an interval. */
export interface Sighting {
  /** A view that is neither old nor new, as halves; undefined when there is none. */
  readonly torn: Uint32Array | undefined;
  /** Whether a view was not valid, or let nothing through, although the old and the new entry are valid. */
  readonly invalid: boolean;
}

/** Stores of one interval that are looked at; an observation has at most 1000 events. */
export const MAX_STORES = 1000;
const MAX_HALVES = 32;

export function newInterval(): Interval {
  return {
    start: new Uint32Array(MAX_HALVES),
    count: 0,
    quanta: new Uint8Array(MAX_STORES),
    values: new Uint32Array(MAX_STORES * 4),
  };
}

const memory = new Uint32Array(MAX_HALVES);
/** Values of the pieces, each `fetchHalves` long; where they start is listed by piece. */
const pool = new Uint32Array(MAX_HALVES + (MAX_STORES + 1) * MAX_HALVES);
const values: number[][] = Array.from({ length: MAX_HALVES }, () => []);
const classes: number[][] = Array.from({ length: MAX_HALVES }, () => []);
const chosen = new Uint8Array(MAX_HALVES);
const view = new Uint32Array(MAX_HALVES);
const counts = new Uint32Array(MAX_HALVES);
const other = new Uint32Array(MAX_HALVES);
const safeFrom = new Uint32Array(MAX_HALVES);
const safeTo = new Uint32Array(MAX_HALVES);

/** Every view of one interval when `fetchHalves` halves are read at once. */
export function observe(
  format: JudgedFormat,
  interval: Interval,
  from: Uint32Array,
  to: Uint32Array,
  fetchHalves: number,
): Sighting {
  const pieces = format.halves / fetchHalves;
  gather(format, interval, fetchHalves, pieces);
  let invalid = false;
  const bothValid = isValid(format, from) && isValid(format, to);
  chosen.fill(0, 0, pieces);
  do {
    for (let piece = 0; piece < pieces; piece++) {
      const start = classes[piece]![chosen[piece]!]!;
      for (let half = 0; half < fetchHalves; half++) view[piece * fetchHalves + half] = pool[start + half]!;
    }
    if (!isValid(format, view)) {
      if (bothValid) invalid = true;
      continue;
    }
    const torn = tornView(format, from, to, fetchHalves, pieces);
    if (torn === undefined) continue;
    // What blocks is decided by control bits: all views of these classes do, or none.
    if (!isBlocking(format, view)) return { torn, invalid };
    if (bothValid) invalid = true;
  } while (nextChoice(pieces));
  return { torn: undefined, invalid };
}

/** Lists the values that each piece had, and one representative for each class of equal control bits. */
function gather(format: JudgedFormat, interval: Interval, fetchHalves: number, pieces: number): void {
  const { quantumHalves, halves, control } = format;
  memory.set(interval.start);
  let end = 0;
  const keep = (piece: number) => {
    const at = piece * fetchHalves;
    for (let half = 0; half < fetchHalves; half++) pool[end + half] = memory[at + half]!;
    values[piece]!.push(end);
    if (!classes[piece]!.some((known) => sameControl(control, at, known, end, fetchHalves))) {
      classes[piece]!.push(end);
    }
    end += fetchHalves;
  };
  for (let piece = 0; piece < pieces; piece++) {
    values[piece]!.length = 0;
    classes[piece]!.length = 0;
    keep(piece);
  }
  for (let index = 0; index < interval.count; index++) {
    const start = interval.quanta[index]! * quantumHalves;
    for (let half = 0; half < quantumHalves; half++) {
      memory[start + half] = interval.values[index * 4 + half]!;
    }
    // A fetch is as wide as a quantum or wider, or a part of one.
    const last = Math.min(start + quantumHalves, halves) - 1;
    for (let piece = Math.floor(start / fetchHalves); piece <= Math.floor(last / fetchHalves); piece++) {
      keep(piece);
    }
  }
}

function sameControl(control: Uint32Array, at: number, a: number, b: number, length: number): boolean {
  for (let half = 0; half < length; half++) {
    if (((pool[a + half]! ^ pool[b + half]!) & control[at + half]!) !== 0) return false;
  }
  return true;
}

/** Goes to the next combination of classes; false after the last. */
function nextChoice(pieces: number): boolean {
  for (let piece = 0; piece < pieces; piece++) {
    chosen[piece]! += 1;
    if (chosen[piece]! < classes[piece]!.length) return true;
    chosen[piece] = 0;
  }
  return false;
}

/** A bad view of the chosen classes, if there is one. */
function tornView(
  format: JudgedFormat,
  from: Uint32Array,
  to: Uint32Array,
  fetchHalves: number,
  pieces: number,
): Uint32Array | undefined {
  const { atLeast, safeAtMost, halves, control } = format;
  countingBits(atLeast, view, counts, halves);
  safeMask(safeAtMost, view, 0, from, 0, safeFrom, halves);
  safeMask(safeAtMost, view, 0, to, 0, safeTo, halves);
  let notOld: PieceValue | undefined;
  let notNew: PieceValue | undefined;
  for (let piece = 0; piece < pieces; piece++) {
    const at = piece * fetchHalves;
    const representative = classes[piece]![chosen[piece]!]!;
    for (const start of values[piece]!) {
      if (!sameControl(control, at, representative, start, fetchHalves)) continue;
      let rulesOutOld = false;
      let rulesOutNew = false;
      for (let half = 0; half < fetchHalves; half++) {
        const held = pool[start + half]!;
        const mask = counts[at + half]!;
        if (((held ^ from[at + half]!) & mask & ~safeFrom[at + half]!) !== 0) rulesOutOld = true;
        if (((held ^ to[at + half]!) & mask & ~safeTo[at + half]!) !== 0) rulesOutNew = true;
      }
      if (!rulesOutOld && !rulesOutNew) continue;
      if (rulesOutOld && rulesOutNew) return viewWith(fetchHalves, { piece, start });
      const partner = rulesOutOld ? notNew : notOld;
      if (partner !== undefined && partner.piece !== piece) {
        return viewWith(fetchHalves, { piece, start }, partner);
      }
      if (rulesOutOld) notOld ??= { piece, start };
      else notNew ??= { piece, start };
    }
  }
  return undefined;
}

/** The bits that count for `entry` under every acceptable table. */
export function countingBits(
  tables: JudgedFormat['atLeast'],
  entry: Uint32Array,
  out: Uint32Array,
  halves: number,
): void {
  usedMask(tables[0]!, entry, 0, out);
  for (let index = 1; index < tables.length; index++) {
    usedMask(tables[index]!, entry, 0, other);
    for (let half = 0; half < halves; half++) out[half]! &= other[half]!;
  }
}

/** One value that one piece had: where it starts in the pool. */
interface PieceValue {
  readonly piece: number;
  readonly start: number;
}

/** The view of the chosen classes with these pieces in place of their representatives. */
function viewWith(fetchHalves: number, ...pieces: readonly PieceValue[]): Uint32Array {
  const torn = view.slice();
  for (const { piece, start } of pieces) {
    torn.set(pool.subarray(start, start + fetchHalves), piece * fetchHalves);
  }
  return torn;
}

/** Whether `entry` lets nothing through although it is valid. */
function isBlocking({ blocks }: JudgedFormat, entry: Uint32Array): boolean {
  return blocks?.some((all) => allHold(all, entry, 0)) === true;
}

/** Whether `entry` is valid, and not so that it lets nothing through. */
export function isServing(format: JudgedFormat, entry: Uint32Array): boolean {
  return isValid(format, entry) && !isBlocking(format, entry);
}

/** Whether the valid bit of `entry` is set. */
export function isValid({ valid }: JudgedFormat, entry: Uint32Array): boolean {
  return (entry[valid.half]! & valid.mask) !== 0;
}
