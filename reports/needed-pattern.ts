/** Bits that are needed as they are, among others that are not. */

export const ANY = '·';

/** Bits `high` to `low`: 0 or 1 where it is needed. */
export function pattern(value: bigint, matters: bigint, high: number, low: number): string {
  const bitsDown = Array.from({ length: high - low + 1 }, (_, index) => BigInt(high - index));
  return bitsDown.map((bit) => ((matters >> bit) & 1n ? `${(value >> bit) & 1n}` : ANY)).join('');
}
