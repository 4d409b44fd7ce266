/** Values that have fewer bits set, for shrinking: words of any area. */
import { bits } from '../../spec/bits.ts';

export type Lower = (value: bigint) => readonly bigint[];

/** Without its upper bits, its control bits, or all but present, pointer and rights. */
export const coarse: Lower = (value) =>
  [value & bits(51, 12), value & (bits(51, 12) | 3n), value & bits(51, 0), value & ~bits(11, 2)].filter(
    (lower) => lower !== value,
  );

const highestFirst = Array.from({ length: 64 }, (_, index) => 1n << BigInt(63 - index));

/** Without one of its bits, the highest first. */
export const fine: Lower = (value) =>
  highestFirst.filter((bit) => (value & bit) !== 0n).map((bit) => value ^ bit);
