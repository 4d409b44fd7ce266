/** Other constants than the one that is right: a bit too many, one too few, the field beside it, one more or less. */

const ALL_32 = 0xffff_ffffn;
const ALL_64 = 0xffff_ffff_ffff_ffffn;

/** What could stand for the literal `text`, a number or a bigint, in the notation that it is written in. */
export function otherLiterals(text: string): readonly string[] {
  const digits = text.replaceAll('_', '').replace(/n$/, '');
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(digits)) return [];
  const value = BigInt(digits);
  const isMask = digits.startsWith('0x');
  const others = new Set(isMask ? masksBeside(value) : [value + 1n, value - 1n]);
  others.delete(value);
  const suffix = text.endsWith('n') ? 'n' : '';
  // Bits above those that operators on numbers see would change nothing.
  const most = suffix === '' && isMask ? ALL_32 : ALL_64;
  return [...others]
    .filter((other) => other >= 0n && other <= most)
    .map((other) => (isMask ? `0x${other.toString(16)}` : String(other)) + suffix);
}

/** The lowest and the highest bit left out, one more at either end, and the whole mask a bit further up. */
function masksBeside(value: bigint): readonly bigint[] {
  if (value === 0n) return [1n];
  const lowest = value & -value;
  const highest = 1n << BigInt(value.toString(2).length - 1);
  return [value & ~lowest, value & ~highest, value | (lowest >> 1n), value | (highest << 1n), value << 1n];
}
