/** A long search looks no further into most answers than to find them right, and finds all the same what is wrong. */
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { EntryCase, EntryObservation } from '../../spec/schema.ts';
import { entrySuite } from '../entry/suite.ts';
import type { AreaSuite } from './area-suite.ts';
import { accountsOf } from './asking.ts';
import { CHUNK } from './drawn-chunks.ts';
import { isJudgedInFull, judgeAsFar } from './judging.ts';
import { Pace } from './pace.ts';
import { search } from './search.ts';

const RUNS = 6000;

/** Area `entry` with a fast look, as if it needed one. */
const quick: AreaSuite<'entry'> = {
  ...entrySuite,
  isPlainlyRight: (testCase, observation) => entrySuite.judge(testCase, observation).mismatches.length === 0,
};

test('the first cases are judged in full, and one in thirty-two of the others', () => {
  const inFull = Array.from({ length: RUNS }, (_, number) => number).filter(isJudgedInFull);
  expect(inFull.slice(0, 4096)).toEqual(Array.from({ length: 4096 }, (_, number) => number));
  expect(inFull.slice(4096, 4099)).toEqual([4096, 4128, 4160]);
});

test('only what is judged in full is counted as exercised', async () => {
  const options = { seed: 'a', runs: RUNS, profiles: namedProfiles };
  const exercised = async (suite: AreaSuite<'entry'>): Promise<number> =>
    (await search(suite, optimized, options)).rules
      .filter(({ id }) => !id.startsWith('entry.'))
      .reduce((sum, { exercised: count }) => sum + count, 0);
  const share = (await exercised(quick)) / (await exercised(entrySuite));
  expect(share).toBeGreaterThan(0.65);
  expect(share).toBeLessThan(0.75);
});

test('what does not look right is judged, however far', () => {
  const [testCase] = fc.sample(entrySuite.arbitrary(namedProfiles), { seed: 1, numRuns: 1 });
  if (testCase === undefined) throw new RangeError('no case');
  const right = optimized.run(testCase) as EntryObservation;
  for (const inFull of [true, false]) {
    expect(judgeAsFar(quick, testCase, right, inFull).mismatches).toEqual([]);
    expect(judgeAsFar(quick, testCase, { fault: 0x7f }, inFull).mismatches).toHaveLength(1);
  }
});

/** Wrong about one entry in some dozens. */
const seldomWrong: Implementation = {
  name: 'seldom wrong',
  profile: 'any',
  areas: ['entry'],
  run(testCase) {
    const { words } = testCase as EntryCase;
    return (words[0] ?? 0n) % 37n === 5n ? { fault: 0x7f } : optimized.run(testCase);
  },
};

test('a breach does not wait until what looks right is judged in full', async () => {
  const judge = vi.fn(entrySuite.judge);
  const cases = fc.sample(entrySuite.arbitrary(namedProfiles), { seed: 1, numRuns: 256 });
  const asking = {
    ...{ suite: { ...quick, judge }, implementation: seldomWrong, pace: new Pace(seldomWrong) },
    alive: () => undefined,
  };
  const chunk = { cases, originOf: (given: EntryCase) => ({ given }), before: 0 };
  const [broken, judged]: [number[], number[]] = [[], []];
  for await (const account of accountsOf(asking, chunk)) {
    broken.push(account.broken.length);
    judged.push(judge.mock.calls.length);
  }
  expect(broken[0]).toBeGreaterThan(0);
  expect(judged[0]).toBe(broken[0]);
  expect(judged.at(-1)).toBe(256);
});

test('what is looked at first is counted in its order all the same', async () => {
  const options = { seed: 'a', runs: 600, profiles: namedProfiles };
  // Rules that are no area's own are told in the order in which they were met.
  const [looking, judging] = [
    await search({ ...quick, rules: [] }, seldomWrong, options),
    await search({ ...entrySuite, rules: [] }, seldomWrong, options),
  ];
  expect(judging.findings.length).toBeGreaterThan(0);
  expect(looking.rules).toEqual(judging.rules);
  expect(looking.findings).toEqual(judging.findings);
});

test('where a rule is to be counted once, answers are judged in full until each was, chunk by chunk', async () => {
  const [common] = entrySuite.rules.filter(({ id }) => id === 'entry.fpd.pasid-table');
  const [seen, never] = [common!, { ...common!, id: 'entry.never' }];
  const judgedInFull = async (rules: AreaSuite<'entry'>['rules'], countsOnce: boolean) => {
    const judge = vi.fn(entrySuite.judge);
    const options = { seed: 'a', runs: 4 * CHUNK, profiles: namedProfiles, countsOnce };
    const { findings } = await search({ ...quick, rules, judge }, optimized, options);
    expect(findings).toEqual([]);
    return judge.mock.calls.length;
  };
  expect(await judgedInFull([seen], true)).toBe(CHUNK);
  expect(await judgedInFull([seen, { ...never, unreachable: 'By no case.' }], true)).toBe(CHUNK);
  expect(await judgedInFull([seen, never], true)).toBe(4 * CHUNK);
  expect(await judgedInFull([seen], false)).toBe(4 * CHUNK);
});

test('where each rule was counted, what does not look right is found all the same', async () => {
  const suite = { ...quick, rules: [] };
  const options = { seed: 'a', runs: 64, profiles: namedProfiles };
  const [counting, all] = [
    await search(suite, seldomWrong, { ...options, countsOnce: true }),
    await search(suite, seldomWrong, options),
  ];
  expect(counting.findings).not.toEqual([]);
  expect(counting.findings).toEqual(all.findings);
});
