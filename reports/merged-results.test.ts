import { expect, test } from 'vitest';
import { mergedResults } from './merged-results.ts';
import { areaOf, resultOf } from './result.fixture.ts';

test('results are one when they are parts of one run, in the order of a whole one', () => {
  const [entry, walk] = [areaOf([]), areaOf([], 'page-walk')];
  expect(mergedResults([resultOf([walk]), resultOf([entry])])).toEqual([resultOf([entry, walk])]);
});

test('results stand side by side when implementations differ, or seeds: those are no parts of one run', () => {
  const results = [resultOf([areaOf([])], 'a'), resultOf([areaOf([])], 'b')];
  expect(mergedResults(results)).toEqual(results);
  const seeds = [resultOf([areaOf([])]), { ...resultOf([areaOf([], 'page-walk')]), seed: 'y' }];
  expect(mergedResults(seeds)).toEqual(seeds);
});

test('results are refused when both have the same area of the same run', () => {
  expect(mergedResults([resultOf([areaOf([])]), resultOf([areaOf([])])])).toBe(
    'area entry of mine with seed x is in two results',
  );
});
