import { expect, test } from 'vitest';
import { type Candidate, CoverPool } from './cover.ts';

function coverOf(...candidates: readonly (readonly [rules: string, size: number])[]): readonly string[] {
  const pool = new CoverPool<Candidate>();
  for (const [rules, size] of candidates) pool.add({ rules: [...rules], size });
  return pool.cover().map(({ rules }) => rules.join(''));
}

test('every rule is covered, by the case that decides most first', () => {
  expect(coverOf(['a', 1], ['abc', 9], ['d', 1], ['cd', 1])).toEqual(['abc', 'd']);
});

test('of cases that decide as much the smallest is taken, and of equals the first', () => {
  expect(coverOf(['ab', 9], ['ba', 3], ['ab', 3])).toEqual(['ba']);
});

test('what later choices make needless is left out', () => {
  expect(coverOf(['abcd', 1], ['abe', 1], ['cdf', 1])).toEqual(['abe', 'cdf']);
});

test('a case is wanted while one of its rules has few', () => {
  const pool = new CoverPool<Candidate>();
  expect(pool.isWanted(['a'])).toBe(true);
  for (let index = 0; index < 8; index++) pool.add({ rules: ['a'], size: 1 });
  expect(pool.isWanted(['a'])).toBe(false);
  expect(pool.isWanted(['a', 'b'])).toBe(true);
  expect([pool.covers('a'), pool.covers('b')]).toEqual([true, false]);
  expect(new CoverPool<Candidate>().cover()).toEqual([]);
});
