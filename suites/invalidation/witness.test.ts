/** Every stale answer that the reference allows is one that some permitted unit gives: it is run, and gives it. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyInvalidationCase } from '../../generators/invalidation.ts';
import { profilePool } from '../../generators/profiles.ts';
import { StreamModel } from '../../models/reference/invalidation/stream-model.ts';
import { replays } from '../../models/reference/invalidation/witness.ts';
import type { InvalidationCase } from '../../spec/schema.ts';

const SEED = 20_260_310;
const RUNS = 150;

interface Tally {
  readonly stale: number;
  /** Steps with a stale answer that no unit gives. */
  readonly unproven: readonly number[];
}

function staleAnswers(testCase: InvalidationCase): Tally {
  const model = new StreamModel(testCase);
  let stale = 0;
  const unproven: number[] = [];
  for (const index of testCase.steps.keys()) {
    const expectation = model.next();
    if (expectation.kind === 'undefined') break;
    if (expectation.kind !== 'request') continue;
    for (const { answer, witness } of expectation.options) {
      if (witness === undefined) continue;
      stale++;
      if (!replays(testCase, index, answer, witness)) unproven.push(index);
    }
  }
  return { stale, unproven };
}

test('each stale answer of drawn streams is given by a unit that holds its witness alone', () => {
  let stale = 0;
  const result = fc.check(
    fc.property(anyInvalidationCase(profilePool), (testCase) => {
      const tally = staleAnswers(testCase);
      stale += tally.stale;
      expect(tally.unproven).toEqual([]);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(result.failed, JSON.stringify(result.errorInstance)).toBe(false);
  expect(stale).toBeGreaterThan(RUNS);
});
