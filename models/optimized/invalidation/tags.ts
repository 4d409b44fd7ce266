/**
 * What the walk in work is tagged by (Table 17), left by the entries that it passed, and how addresses are
 * compared: an entry and an invalidation both name aligned ranges of a power of two.
 */

export const FIRST_STAGE = 1;
export const SECOND_STAGE = 2;
export const NESTED = 3;
export const PASS_THROUGH = 4;

export const tags = {
  /** 1 in scalable mode: nothing is shared between modes. */
  mode: 0,
  did: 0,
  pasid: 0,
  hptDid: 0,
  /** PGTT; in legacy mode SECOND_STAGE or PASS_THROUGH; 0 while no entry is known. */
  type: 0,
};

const ALL = 0xffff_ffff;

/** Bits of the upper half of an address from bit `bits` on. */
export function highMask(bits: number): number {
  return bits <= 32 ? ALL : bits >= 64 ? 0 : (ALL << (bits - 32)) >>> 0;
}

/** Bits of the lower half of an address from bit `bits` on. */
export function lowMask(bits: number): number {
  return bits >= 32 ? 0 : (ALL << bits) >>> 0;
}

/** True when two ranges, each of 2^its bits bytes, have an address in common. */
export function overlaps(
  high: number,
  low: number,
  bits: number,
  otherHigh: number,
  otherLow: number,
  otherBits: number,
): boolean {
  const wider = Math.max(bits, otherBits);
  return (((high ^ otherHigh) & highMask(wider)) | ((low ^ otherLow) & lowMask(wider))) === 0;
}
