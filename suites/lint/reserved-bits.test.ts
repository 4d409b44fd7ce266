import { expect, test } from 'vitest';
import { ranges } from './reserved-bits.ts';

test.for([
  [0n, ''],
  [1n, '0'],
  [0b11n, '1:0'],
  [(0xfn << 60n) | (1n << 5n), '63:60, 5'],
  [(1n << 64n) - 1n, '63:0'],
] as const)('%i are bits %s', ([mask, text]) => {
  expect(ranges(mask)).toBe(text);
});
