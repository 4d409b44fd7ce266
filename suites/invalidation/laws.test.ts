/** No permitted unit is blamed: fewer caches, more invalidations than were asked for, other interleavings. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyInvalidationCase } from '../../generators/invalidation.ts';
import { anyRawStream } from '../../generators/invalidation-raw.ts';
import { profilePool } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import type { InvalidationCase, InvalidationObservation } from '../../spec/schema.ts';
import { judgeInvalidation } from './judge.ts';
import { permittedUnits } from './permitted-units.fixture.ts';

const CASES = 300;
const timeout = 60_000;

type Run = (testCase: InvalidationCase) => InvalidationObservation;
const asReference: Run = (testCase) => reference.run(testCase) as InvalidationObservation;
const asOptimized: Run = (testCase) => optimized.run(testCase) as InvalidationObservation;

/** The breaches of the first of the drawn streams that has any. */
function firstBreaches(arbitrary: fc.Arbitrary<InvalidationCase>, seed: number, run: Run): unknown {
  for (const testCase of fc.sample(arbitrary, { seed, numRuns: CASES })) {
    const { mismatches } = judgeInvalidation(testCase, run(testCase));
    if (mismatches.length > 0) return mismatches;
  }
  return [];
}

describe.each(permittedUnits.map((each, index) => ({ ...each, seed: 10 + index })))(
  'a unit with $name',
  ({ unit, seed }) => {
    test('conforms', { timeout }, () => {
      expect(firstBreaches(anyInvalidationCase(profilePool), seed, unit.run)).toEqual([]);
    });
  },
);

test('the reference conforms', { timeout }, () => {
  expect(firstBreaches(anyInvalidationCase(profilePool), 2, asReference)).toEqual([]);
});

describe('streams without sense', () => {
  test('have an answer of either model, and neither is blamed', { timeout }, () => {
    expect(firstBreaches(anyRawStream(profilePool), 3, asOptimized)).toEqual([]);
    expect(firstBreaches(anyRawStream(profilePool), 4, asReference)).toEqual([]);
  });

  test('are right when nothing of them was observed', () => {
    const blind: Run = ({ steps }) => ({
      answers: steps
        .filter(({ step }) => step === 'request' || step === 'read' || step === 'load')
        .map(() => ({ outcome: 'unobserved' })),
    });
    expect(firstBreaches(anyRawStream(profilePool), 5, blind)).toEqual([]);
  });
});
