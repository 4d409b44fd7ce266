/**
 * Each planted bug is found under the rule that it breaks, and shrinks to a stream in which every step and
 * every table word is needed.
 */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyInvalidationCase } from '../../generators/invalidation.ts';
import { profilePool } from '../../generators/profiles.ts';
import type { InvalidationCase, Mismatch } from '../../spec/schema.ts';
import type { DrawnAt } from '../core/shrink.ts';
import { shrink } from '../core/shrink.ts';
import { judgeInvalidation } from './judge.ts';
import { asImplementation, healthy, type Planted, planted } from './planted.fixture.ts';
import { plantedWidths } from './planted-widths.fixture.ts';
import { invalidationSuite } from './suite.ts';

const CHUNK = 256;
const MOST_CHUNKS = 80;
const arbitrary = anyInvalidationCase(profilePool);

interface Found {
  readonly drawn: DrawnAt;
  readonly mismatch: Mismatch;
}

/** The first of the drawn streams that shows the bug under its rule. */
function find({ rule, run }: Planted): Found {
  for (let seed = 0; seed < MOST_CHUNKS; seed++) {
    for (const [index, testCase] of fc.sample(arbitrary, { seed, numRuns: CHUNK }).entries()) {
      const answers = run(testCase);
      if (isDeepStrictEqual(answers, healthy(testCase))) continue;
      const [mismatch] = judgeInvalidation(testCase, answers).mismatches;
      if (mismatch !== undefined && rule.test(mismatch.rule)) return { drawn: { seed, index }, mismatch };
    }
  }
  throw new Error(`not found in ${CHUNK * MOST_CHUNKS} streams`);
}

test.each([...planted, ...plantedWidths])('$bug', { timeout: 60_000 }, async (bug) => {
  const { drawn, mismatch } = find(bug);
  const { testCase } = await shrink(
    invalidationSuite,
    asImplementation(bug),
    arbitrary,
    profilePool,
    drawn,
    mismatch,
    () => undefined,
  );
  const shows = (candidate: InvalidationCase): boolean =>
    judgeInvalidation(candidate, bug.run(candidate)).mismatches.some(
      ({ rule, aspect }) => rule === mismatch.rule && aspect === mismatch.aspect,
    );
  expect(shows(testCase)).toBe(true);
  expect(withoutAStep(testCase).filter(shows)).toEqual([]);
  expect(withoutAWord(testCase).filter(shows)).toEqual([]);
});

function withoutAStep(testCase: InvalidationCase): readonly InvalidationCase[] {
  return testCase.steps.map((_, index) => ({ ...testCase, steps: testCase.steps.toSpliced(index, 1) }));
}

function withoutAWord(testCase: InvalidationCase): readonly InvalidationCase[] {
  return testCase.memory.flatMap((run, index) =>
    run.words.flatMap((word, at): readonly InvalidationCase[] => {
      const zeroed = { ...run, words: run.words.with(at, 0n) };
      return word === 0n ? [] : [{ ...testCase, memory: testCase.memory.with(index, zeroed) }];
    }),
  );
}
