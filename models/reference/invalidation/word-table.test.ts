import { expect, test } from 'vitest';
import { WordTable } from './word-table.ts';

test('words that are equal are one object, and words that begin alike are not', () => {
  const table = new WordTable();
  const first = table.sameAs([1n, 2n]);
  expect(table.sameAs([1n, 2n])).toBe(first);
  expect(table.sameAs([1n])).toEqual([1n]);
  expect(table.sameAs([1n, 2n, 0n])).toEqual([1n, 2n, 0n]);
  expect(table.sameAs([1n, 3n])).toEqual([1n, 3n]);
});
