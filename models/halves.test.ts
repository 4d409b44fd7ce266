import { expect, test } from 'vitest';
import { numberOf, wordOf } from './halves.ts';

const values = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 2 ** 32, 2 ** 40 + 0xffff_f000, 2 ** 53 - 1];

test('a number is the same word as the language makes of it, and the other way round', () => {
  expect(values.map(wordOf)).toEqual(values.map(BigInt));
  expect(values.map((value) => numberOf(BigInt(value)))).toEqual(values);
});
