/** One bug, one report: whatever the seed, a planted bug shrinks to the same small case. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { profilePool } from '../../generators/profiles.ts';
import { rangeWalk } from '../../models/faulty/tables.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { caseProblem } from '../../spec/case-form.ts';
import { toJson } from '../../spec/json.ts';
import type { Mismatch, PageWalkCase, PageWalkObservation } from '../../spec/schema.ts';
import { caught } from '../core/planted.fixture.ts';
import { pageWalkSuite } from './suite.ts';

type Run = (testCase: PageWalkCase) => PageWalkObservation;
const healthy: Run = (testCase) => optimized.run(testCase) as PageWalkObservation;

const withoutCounts: Run = (testCase) => {
  const { events, result } = healthy(testCase);
  return { events, result };
};

const bugs: readonly (readonly [name: string, finding: string, words: readonly bigint[], run: Run])[] = [
  [
    'a large page is announced from the start of the range',
    'page-walk.map.whole/address',
    [0x1002n, 0x82n],
    (testCase) => {
      const { events, result } = withoutCounts(testCase);
      const { walk } = testCase;
      const start = walk.kind === 'range' ? walk.start & ~0xfffn : 0n;
      const cut = events.map((event) =>
        event.size === 0x20_0000n && event.iova < start ? { ...event, iova: start } : event,
      );
      return { events: cut, result };
    },
  ],
  [
    'rights of tables do not count',
    'page-walk.permission/permission',
    [1n],
    (testCase) => {
      const { events, result } = withoutCounts(testCase);
      const all = events.map((event) => (event.event === 'map' ? { ...event, write: true } : event));
      return { events: all, result };
    },
  ],
  [
    'what is remembered is unmapped a second time',
    'page-walk.remembered.identical/outcome',
    [0x1001n, 0x81n],
    (testCase) => {
      const { events, result } = withoutCounts(testCase);
      const { walk } = testCase;
      const known = (walk.kind === 'range' && walk.announced) || [];
      const again = known.map(({ iova, size }) => ({ event: 'unmap', iova, size }) as const);
      return events.length > 0 ? { events, result } : { events: again, result };
    },
  ],
  [
    'the error of the hook is lost',
    'page-walk.hook-error/outcome',
    [1n],
    (testCase) => ({ ...withoutCounts(testCase), result: { outcome: 'done' } }),
  ],
];

test.each(bugs)('%s', async (_name, expected, words, run) => {
  const isIt = ({ rule, aspect }: Mismatch) => `${rule}/${aspect}` === expected;
  const plant = { suite: pageWalkSuite, profiles: profilePool, healthy, faulty: run, isIt };
  const forms = new Set<string>();
  for (const seed of ['a', 'b', 'c', 'd']) {
    const smallest = await caught(plant, seed);
    expect(smallest.memory?.flatMap((written) => written.words)).toEqual(words);
    forms.add(toJson(smallest));
  }
  expect([...forms]).toHaveLength(1);
});

test('what is remembered moves next to what is remembered before it', () => {
  const page = { target: 0n, size: 0x1000n, read: true, write: false };
  const announced = [
    { ...page, iova: 0x1000n },
    { ...page, iova: 0x9000n },
  ];
  const found = [...pageWalkSuite.simpler(rangeWalk(0n, 0x1000n, [[0x1000n, 0x81n]], { announced }))];
  const places = found.map(({ walk }) => walk.kind === 'range' && walk.announced?.map(({ iova }) => iova));
  expect(places).toContainEqual([0x1000n, 0x2000n]);
});

test('the one entry of a table takes the place of the pointer to it', () => {
  const [pointer, entry] = [
    [0x1000n, 0x2001n],
    [0x2000n, 0x81n],
  ] as const;
  const shortCut = rangeWalk(0n, 0x1000n, [[0x1000n, 0x81n]]);
  expect([...pageWalkSuite.simpler(rangeWalk(0n, 0x1000n, [pointer, entry]))]).toContainEqual(shortCut);
  const two = rangeWalk(0n, 0x1000n, [pointer, entry, [0x2010n, 0x81n]]);
  expect([...pageWalkSuite.simpler(two)].map(({ memory }) => memory)).not.toContainEqual([
    { address: 0x1000n, words: [0x81n] },
    { address: 0x2010n, words: [0x81n] },
  ]);
});

test('every simpler walk is plainer by the measure that makes shrinking end', () => {
  const drawn = fc.sample(pageWalkSuite.arbitrary(profilePool), { seed: 4, numRuns: 20 });
  for (const start of drawn) {
    const met: PageWalkCase[] = [];
    // Always the mildest step: the longest way down.
    for (let current: PageWalkCase | undefined = start; current !== undefined && met.length < 1500; ) {
      met.push(current);
      current = [...pageWalkSuite.simpler(current)].at(-1);
    }
    expect(met.flatMap((one) => caseProblem(one) ?? [])).toEqual([]);
    expect(met.length).toBeLessThan(1500);
  }
});
