/** A long search looks no further into most answers than to find them right, and finds all the same what is wrong. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { EntryObservation } from '../../spec/schema.ts';
import { entrySuite } from '../entry/suite.ts';
import type { AreaSuite } from './area-suite.ts';
import { isJudgedInFull, judgeAsFar } from './judging.ts';
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
