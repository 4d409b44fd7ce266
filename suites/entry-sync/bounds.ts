/**
 * What the update of one entry may cost at most, and whether it may break. An acceptable table of used bits
 * lies between two, so the quanta that differ are a set between two; where the two are one, all is exact.
 */
import { safeMask, usedMask } from '../../models/masks.ts';
import type { JudgedFormat } from './format.ts';
import { countingBits, isValid } from './observer.ts';

export interface Bounds {
  /** Quanta that differ under every acceptable table, and under some; sets as bit masks. */
  readonly differingAtLeast: number;
  readonly differingAtMost: number;
  /** The target sets bits that the reviewed table of it does not use. */
  readonly illFormedTarget: boolean;
  readonly bothValid: boolean;
  /** Memory holds the target already, and no acceptable table leaves out a bit that it sets. */
  readonly unchanged: boolean;
  readonly syncs: number;
  /** Undefined where acceptable tables disagree about the way of update. */
  readonly stores: number | undefined;
}

const HALVES = 32;
const mask = () => new Uint32Array(HALVES);
const [leastFrom, leastTo, mostFrom, mostTo, safeLeast, safeMost, other, reviewedTo] = [
  mask(),
  mask(),
  mask(),
  mask(),
  mask(),
  mask(),
  mask(),
  mask(),
] as const;

/** The bounds of an update; `from` and `to` as halves. */
export function boundsOf(format: JudgedFormat, from: Uint32Array, to: Uint32Array): Bounds {
  const { halves, quantumHalves, valid } = format;
  countingBits(format.atLeast, from, leastFrom, halves);
  countingBits(format.atLeast, to, leastTo, halves);
  anyBits(format, from, mostFrom);
  anyBits(format, to, mostTo);
  usedMask(format.reviewed, to, 0, reviewedTo);
  safeMask(format.safe, from, 0, to, 0, safeLeast, halves);
  safeMask(format.safeAtMost, from, 0, to, 0, safeMost, halves);

  let differingAtLeast = 0;
  let differingAtMost = 0;
  let unequal = 0;
  let prepared = 0;
  let cleaned = 0;
  let held = 0;
  let needed = 0;
  let whenever = 0;
  let illFormedTarget = false;
  for (let half = 0; half < halves; half++) {
    const quantum = 1 << Math.floor(half / quantumHalves);
    const target = to[half]!;
    const change = from[half]! ^ target;
    // Safe counts where both entries use the bit: where tables disagree about the target, it may or may not.
    const fixedLeast = leastFrom[half]! & ~(safeMost[half]! & mostTo[half]!);
    const fixedMost = mostFrom[half]! & ~(safeLeast[half]! & leastTo[half]!);
    if ((change & fixedLeast & leastTo[half]!) !== 0) differingAtLeast |= quantum;
    // A table that leaves out a bit that the target sets makes the writer take the quantum for differing.
    // A safe bit that the target uses is no difference, and one that it does not use is none either.
    if ((change & fixedMost & mostTo[half]! & ~safeLeast[half]!) !== 0 || (target & ~leastTo[half]!) !== 0) {
      differingAtMost |= quantum;
    }
    if (change !== 0) unequal |= quantum;
    if ((change & ~fixedLeast) !== 0) prepared |= quantum;
    if ((change & fixedMost) !== 0) cleaned |= quantum;
    if ((change & fixedLeast) !== 0) held |= quantum;
    // What the target alone uses is needed early, and with it may come what is safe; what neither uses, and what is
    // safe, may wait for the end.
    if ((change & (~leastFrom[half]! | safeMost[half]!) & mostTo[half]!) !== 0) needed |= quantum;
    if ((change & ~fixedLeast & (~leastTo[half]! | safeMost[half]!)) !== 0) whenever |= quantum;
    if ((target & ~reviewedTo[half]!) !== 0) illFormedTarget = true;
  }
  const validQuantum = 1 << Math.floor(valid.half / quantumHalves);
  const exact = differingAtLeast === differingAtMost;
  const breaking = size(differingAtMost) > 1;
  const rest = unequal & ~validQuantum;
  const fills = Number((rest & (validQuantum - 1)) !== 0) + Number((rest & ~(validQuantum - 1)) !== 0);
  const preparing = prepared & ~differingAtMost;
  const cleaning = cleaned & ~differingAtMost;
  const late = whenever & ~differingAtMost;
  let syncs = unequal === 0 ? 0 : 1;
  let stores = size(unequal);
  if (breaking) {
    // Quanta that the old entry does not use may be filled before the break, which is then shorter.
    syncs = 2 + fills + Number((rest & ~held) !== 0);
    stores = 2 + size(rest);
  } else if (differingAtMost !== 0) {
    const lateToo = (needed & ~differingAtMost) !== 0 ? late : 0;
    syncs = 1 + Number(preparing !== 0) + Number((cleaning | lateToo) !== 0);
    stores = 1 + size(preparing) + size(cleaning | (late & needed));
  }
  return {
    differingAtLeast,
    differingAtMost,
    illFormedTarget,
    bothValid: isValid(format, from) && isValid(format, to),
    unchanged: (unequal | differingAtMost) === 0,
    syncs: exact ? syncs : Math.max(syncs, 3),
    stores: exact ? stores : undefined,
  };
}

/** Number of quanta in a set. */
export function size(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The bits that count for `entry` under some acceptable table. */
function anyBits({ atMost, halves }: JudgedFormat, entry: Uint32Array, out: Uint32Array): void {
  usedMask(atMost[0]!, entry, 0, out);
  for (let index = 1; index < atMost.length; index++) {
    usedMask(atMost[index]!, entry, 0, other);
    for (let half = 0; half < halves; half++) out[half]! |= other[half]!;
  }
}
