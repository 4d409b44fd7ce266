import { expect, test } from 'vitest';
import { NumberMap } from './number-map.ts';

test('what was put last under a number is found, of many, near and far, negative too', () => {
  const map = new NumberMap();
  const keys = Array.from({ length: 1000 }, (_, index) => [index, index * 2 ** 32, -1 - index]).flat();
  const known = new Map<number, number>();
  keys.forEach((key, index) => {
    map.set(key, index);
    known.set(key, index);
  });
  expect(keys.map((key) => map.get(key))).toEqual(keys.map((key) => known.get(key)));
  expect([1000, 5.5 * 2 ** 40, -1001].map((key) => map.get(key))).toEqual([undefined, undefined, undefined]);
});
