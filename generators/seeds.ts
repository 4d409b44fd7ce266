/** The integers that cases are built from (choices.ts): one a part, and lists of them that lose parts one by one. */
import * as fc from 'fast-check';

const ANY_31_BITS = 0x7fff_ffff;

/** One integer; 0 is a part that is left out or plain. */
export const seed: fc.Arbitrary<number> = fc.nat(ANY_31_BITS);

export function seeds(least: number, most: number): fc.Arbitrary<number[]> {
  return fc.array(seed, { minLength: least, maxLength: most, size: 'max' });
}
