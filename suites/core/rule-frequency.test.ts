import { expect, test } from 'vitest';
import type { AreaResult } from '../../spec/schema.ts';
import { entrySuite } from '../entry/suite.ts';
import { invalidationSuite } from '../invalidation/suite.ts';
import {
  chanceOfMissing,
  countedCases,
  failsBelow,
  frequencies,
  MOST_LIKELY_MISSED,
} from './rule-frequency.ts';

test('a rule that seven of many cases decide is missed by fewer than one run in 1,000, one of six by more', () => {
  expect(chanceOfMissing(7, 10_000)).toBeLessThan(MOST_LIKELY_MISSED);
  expect(chanceOfMissing(6, 10_000)).toBeGreaterThan(MOST_LIKELY_MISSED);
  expect(chanceOfMissing(6, 10_000, 20_000)).toBeLessThan(MOST_LIKELY_MISSED);
});

test('a rule that no case decided is missed for sure, and so is every rule of no cases', () => {
  expect([chanceOfMissing(0, 100), chanceOfMissing(0, 0)]).toEqual([1, 1]);
});

test('no failure in n cases leaves 3/n open; in fewer than four it says nothing', () => {
  expect([0, 1, 3, 30, 3000].map(failsBelow)).toEqual([1, 1, 1, 0.1, 0.001]);
});

test('where most cases of a long search are only looked at, the others alone are counted', () => {
  expect(countedCases(entrySuite, 6000)).toBe(6000);
  expect(countedCases(invalidationSuite, 4096)).toBe(4096);
  expect(countedCases(invalidationSuite, 4096 + 64)).toBe(4096 + 2);
});

test('the rules of an area are listed from the rarest on, those of others left out', () => {
  const rules = [
    { id: 'SPT.2', exercised: 30, status: 'pass' as const },
    { id: 'entry.answers', exercised: 100, status: 'pass' as const },
    { id: 'SPT.3', exercised: 5, status: 'fail' as const },
  ];
  const result: AreaResult = { area: 'entry', claimed: true, cases: 100, durationMs: 1, rules, findings: [] };
  const rows = frequencies(entrySuite, result, 100);
  expect(rows.map(({ id, perThousand }) => [id, perThousand])).toEqual([
    ['SPT.3', 50],
    ['SPT.2', 300],
  ]);
  expect(rows[0]?.missed).toBeCloseTo(0.95 ** 100);
});
