/**
 * Bit ranges of 64-bit words as bigint. Bit 0 is the least significant; ranges are written
 * high:low as in the architecture manuals.
 */

/** Masks by `high` and `low`, as they are asked for: to make one costs several times more than to use it. */
const masks: bigint[][] = [];

/** Mask of bits `high`..`low` (both included); zero when `high < low`. */
export function bits(high: number, low: number): bigint {
  if (high < low) return 0n;
  masks[high] ??= [];
  masks[high][low] ??= ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
  return masks[high][low];
}

/** Mask of one bit. */
export function bit(index: number): bigint {
  return 1n << BigInt(index);
}

/** Value of bits `high`..`low` of `word`, shifted down to bit 0. */
export function extract(word: bigint, high: number, low: number): bigint {
  return (word & bits(high, low)) >> BigInt(low);
}

/** `word` with bits `high`..`low` replaced by the low bits of `value`. */
export function insert(word: bigint, high: number, low: number, value: bigint): bigint {
  const mask = bits(high, low);
  return (word & ~mask) | ((value << BigInt(low)) & mask);
}

/** All 64 bits. */
export const ALL_64 = bits(63, 0);
