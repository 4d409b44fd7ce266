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
  expect(chanceOfMissing(7, 10_000, 10_000)).toBeLessThan(MOST_LIKELY_MISSED);
  expect(chanceOfMissing(6, 10_000, 10_000)).toBeGreaterThan(MOST_LIKELY_MISSED);
  expect(chanceOfMissing(6, 10_000, 20_000)).toBeLessThan(MOST_LIKELY_MISSED);
});

test('a rule that no case decided is missed for sure, and so is every rule of no cases', () => {
  expect([chanceOfMissing(0, 100, 100), chanceOfMissing(0, 0, 100)]).toEqual([1, 1]);
});

test('no failure in n cases leaves 3/n open; in fewer than four it says nothing', () => {
  expect([0, 1, 3, 30, 3000].map(failsBelow)).toEqual([1, 1, 1, 0.1, 0.001]);
});

test('where most cases of a long search are only looked at, the others alone are counted', () => {
  expect(countedCases(entrySuite, 6000)).toBe(6000);
  expect(countedCases(invalidationSuite, 4096)).toBe(4096);
  expect(countedCases(invalidationSuite, 4096 + 64)).toBe(4096 + 2);
});

test('the rules of an area are listed from the rarest on, over all runs, those of others left out', () => {
  const result = (exercised: number): AreaResult => {
    const rules = [
      { id: 'entry.answers', exercised: 100, status: 'pass' as const },
      { id: 'SPT.3', exercised, status: 'pass' as const },
    ];
    return { area: 'entry', claimed: true, cases: 100, durationMs: 1, rules, findings: [] };
  };
  const rows = frequencies(entrySuite, [result(4), result(6)], 100);
  expect(rows).toHaveLength(entrySuite.rules.length);
  expect(rows[0]).toMatchObject({ exercised: 0, perThousand: 0, missed: 1 });
  expect(rows.at(-1)).toMatchObject({ id: 'SPT.3', exercised: 10, perThousand: 50 });
  expect(rows.at(-1)?.missed).toBeCloseTo(0.95 ** 100);
});
