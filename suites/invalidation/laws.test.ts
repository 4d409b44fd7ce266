/** Streams that nobody would write: both models answer, and neither is blamed. */
import { describe, expect, test } from 'vitest';
import { drawCases } from '../../generators/drawing.ts';
import { anyRawStream } from '../../generators/invalidation-raw.ts';
import { profilePool } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import type { InvalidationCase, InvalidationObservation } from '../../spec/schema.ts';
import { judgeInvalidation } from './judge.ts';

const RAW = 150;

type Run = (testCase: InvalidationCase) => InvalidationObservation;
const asReference: Run = (testCase) => reference.run(testCase) as InvalidationObservation;
const asOptimized: Run = (testCase) => optimized.run(testCase) as InvalidationObservation;

/** The breaches of the first of the drawn streams that has any. */
function firstBreaches(seed: number, run: Run): unknown {
  for (const testCase of drawCases(anyRawStream(profilePool), seed, RAW)) {
    const { mismatches } = judgeInvalidation(testCase, run(testCase));
    if (mismatches.length > 0) return mismatches;
  }
  return [];
}

describe('streams without sense', () => {
  test('have an answer of either model, and neither is blamed', () => {
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
