/** Each planted bug is found under the rule that it breaks, and shrinks to a case in which every step is needed. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyBindingCase } from '../../generators/binding.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import type { BindingCase } from '../../spec/schema/binding.ts';
import type { Mismatch } from '../../spec/schema.ts';
import { type DrawnAt, shrink } from '../core/shrink.ts';
import { judgeBinding } from './judge.ts';
import { healthy, type Planted, planted } from './planted.fixture.ts';
import { bindingSuite } from './suite.ts';

const CHUNK = 256;
const MOST_CHUNKS = 40;
const arbitrary = anyBindingCase(ownProfiles);

interface Found {
  readonly drawn: DrawnAt;
  readonly mismatch: Mismatch;
}

/** The first of the drawn cases that shows the bug under its rule. */
function find({ rule, run }: Planted): Found {
  for (let seed = 0; seed < MOST_CHUNKS; seed++) {
    for (const [index, testCase] of fc.sample(arbitrary, { seed, numRuns: CHUNK }).entries()) {
      const observation = run(testCase);
      if (isDeepStrictEqual(observation, healthy(testCase))) continue;
      const mismatch = judgeBinding(testCase, observation).mismatches.find((one) => one.rule === rule);
      if (mismatch !== undefined) return { drawn: { seed, index }, mismatch };
    }
  }
  throw new Error(`not found in ${CHUNK * MOST_CHUNKS} cases`);
}

test.each(planted)('$bug', { timeout: 60_000 }, async (bug) => {
  const { drawn, mismatch } = find(bug);
  const implementation = {
    name: bug.bug,
    profile: 'any' as const,
    areas: ['binding' as const],
    run: (testCase: unknown) => bug.run(testCase as BindingCase),
  };
  const { testCase } = await shrink(
    bindingSuite,
    implementation,
    arbitrary,
    ownProfiles,
    drawn,
    mismatch,
    () => undefined,
  );
  const shows = (candidate: BindingCase): boolean =>
    judgeBinding(candidate, bug.run(candidate)).mismatches.some(
      ({ rule, aspect }) => rule === mismatch.rule && aspect === mismatch.aspect,
    );
  expect(shows(testCase)).toBe(true);
  expect(testCase.steps.length).toBeLessThanOrEqual(bug.steps);
  expect(withoutAStep(testCase).filter(shows)).toEqual([]);
});

function withoutAStep(testCase: BindingCase): readonly BindingCase[] {
  return testCase.steps.map((_, index) => ({ ...testCase, steps: testCase.steps.toSpliced(index, 1) }));
}
