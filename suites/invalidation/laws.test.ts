/** No permitted unit is blamed: fewer caches, more invalidations than were asked for, other interleavings. */
import { isDeepStrictEqual } from 'node:util';
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

/** Streams that each unit answers; the reference has its own in the conformance test. */
const SHARED = 500;
/** Streams without sense. */
const RAW = 300;
const timeout = 60_000;

type Run = (testCase: InvalidationCase) => InvalidationObservation;
const asReference: Run = (testCase) => reference.run(testCase) as InvalidationObservation;
const asOptimized: Run = (testCase) => optimized.run(testCase) as InvalidationObservation;

/**
 * Units answer most streams alike, and judging takes ten times as long as answering: what was judged is not judged
 * again. Of 1,000 streams 18 units give 1,832 different answers.
 */
const shared = fc
  .sample(anyInvalidationCase(profilePool), { seed: 10, numRuns: SHARED })
  .map((testCase) => ({ testCase, judged: [] as InvalidationObservation[] }));

test.each(permittedUnits)('a unit with $name conforms', { timeout }, ({ unit }) => {
  for (const { testCase, judged } of shared) {
    const observation = unit.run(testCase);
    if (judged.some((other) => isDeepStrictEqual(other, observation))) continue;
    judged.push(observation);
    expect(judgeInvalidation(testCase, observation).mismatches).toEqual([]);
  }
});

/** The breaches of the first of the drawn streams that has any. */
function firstBreaches(seed: number, run: Run): unknown {
  for (const testCase of fc.sample(anyRawStream(profilePool), { seed, numRuns: RAW })) {
    const { mismatches } = judgeInvalidation(testCase, run(testCase));
    if (mismatches.length > 0) return mismatches;
  }
  return [];
}

describe('streams without sense', () => {
  test('have an answer of either model, and neither is blamed', { timeout }, () => {
    expect(firstBreaches(3, asOptimized)).toEqual([]);
    expect(firstBreaches(4, asReference)).toEqual([]);
  });

  test('are right when nothing of them was observed', () => {
    const blind: Run = ({ steps }) => ({
      answers: steps
        .filter(({ step }) => step === 'request' || step === 'read' || step === 'load')
        .map(() => ({ outcome: 'unobserved' })),
    });
    expect(firstBreaches(5, blind)).toEqual([]);
  });
});
