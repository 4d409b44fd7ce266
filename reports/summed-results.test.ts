import { expect, test } from 'vitest';
import type { AreaResult, RuleStatus } from '../spec/schema.ts';
import { areaOf, resultOf } from './result.fixture.ts';
import { sampleFinding } from './sample.fixture.ts';
import { summedResults } from './summed-results.ts';

const under = (seed: string, ...areas: readonly AreaResult[]) => ({ ...resultOf(areas), seed });
const broken = areaOf([sampleFinding]);
const other = areaOf([sampleFinding, { ...sampleFinding, id: 'SPT.3/outcome/other' }]);

test('runs under several seeds are one, in whatever order: sums, and each finding once', () => {
  const runs = [under('b', other), under('a', areaOf([], 'page-walk')), under('a', broken)];
  const [sum, ...none] = summedResults(runs) as ReturnType<typeof under>[];
  expect(none).toEqual([]);
  expect(sum).toMatchObject({
    seed: 'a, b',
    areas: [
      { area: 'entry', cases: 200, durationMs: 20 },
      { area: 'page-walk', cases: 100, durationMs: 10 },
    ],
  });
  expect(sum?.areas[0]?.rules[0]).toEqual({ id: 'SPT.3', exercised: 80, status: 'fail' });
  expect(sum?.areas[0]?.findings.map(({ id }) => id)).toEqual([
    'SPT.3/outcome/797c5c0c',
    'SPT.3/outcome/other',
  ]);
  expect(summedResults(runs.toReversed())).toEqual([sum]);
});

test('what is told beside rules is added up too', () => {
  const told = (n: number): AreaResult => ({
    ...areaOf([]),
    spentMs: { draw: n, implementation: 2 * n, judge: 3 * n },
    skipped: [{ reason: 'too slow', cases: n }],
    facts: [{ fact: 'kept', seen: n, chances: 10 * n }],
    interleavings: { programs: n, count: `${n}0000000000000000000`, states: n, cut: 0 },
  });
  const [sum] = summedResults([under('a', told(1)), under('b', told(2))]) as ReturnType<typeof under>[];
  const { spentMs, skipped, facts, interleavings } = told(3);
  expect(sum?.areas[0]).toMatchObject({ spentMs, skipped, facts, interleavings });
});

test.for<[RuleStatus, RuleStatus, RuleStatus]>([
  ['pass', 'fail', 'fail'],
  ['expected-failure', 'fail', 'fail'],
  ['not-exercised', 'pass', 'pass'],
  ['unexpected-pass', 'expected-failure', 'expected-failure'],
])('a rule that is %s under one seed and %s under another is %s', ([one, two, both]) => {
  const area = (status: RuleStatus) => ({ ...areaOf([]), rules: [{ id: 'SPT.3', exercised: 1, status }] });
  for (const [first, second] of [
    [one, two],
    [two, one],
  ] as const) {
    const [sum] = summedResults([under('a', area(first)), under('b', area(second))]) as ReturnType<
      typeof under
    >[];
    expect(sum?.areas[0]?.rules[0]?.status).toBe(both);
  }
});

test('an area is claimed if any run claims it, and given up if any gave it up; counts of any length are added', () => {
  const count = '9007199254740993';
  const one = { ...areaOf([]), interleavings: { programs: 1, count, states: 1, cut: 0 } };
  const two = { ...one, claimed: false, givenUp: 'it hangs' };
  const [sum] = summedResults([under('a', one), under('b', two)]) as ReturnType<typeof under>[];
  expect(sum?.areas[0]).toMatchObject({ claimed: true, givenUp: 'it hangs' });
  expect(sum?.areas[0]?.interleavings?.count).toBe('18014398509481986');
});

test('many seeds are counted, another implementation stays apart, and a part that is there twice is refused', () => {
  const many = ['a', 'b', 'c', 'd'].map((seed) => under(seed, areaOf([])));
  expect(summedResults(many)).toMatchObject([{ seed: 'a and 3 others' }]);
  expect(summedResults([under('a', broken), resultOf([broken], 'theirs')])).toHaveLength(2);
  expect(summedResults([...many, under('b', areaOf([]))])).toBe(
    'area entry of mine with seed b is in two results',
  );
});

test('a rule whose breaches had another name under one seed was not kept, unless it failed under its own', () => {
  const renamed = { id: 'SPT.3', exercised: 2, status: 'pass', renamed: true } as const;
  const sumWith = (status: RuleStatus) => {
    const areas = [renamed, { id: 'SPT.3', exercised: 1, status }].map((row) => ({
      ...areaOf([]),
      rules: [row],
    }));
    const [sum] = summedResults(areas.map((area, at) => under(`${at}`, area))) as ReturnType<typeof under>[];
    return sum?.areas[0]?.rules[0];
  };
  expect(sumWith('pass')).toEqual({ id: 'SPT.3', exercised: 3, status: 'pass', renamed: true });
  expect(sumWith('fail')).toEqual({ id: 'SPT.3', exercised: 3, status: 'fail' });
});
