import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyInvalidationCase } from '../../generators/invalidation.ts';
import { cachingUnit } from '../../models/optimized/invalidation/caching-unit.ts';
import {
  type CachingConfiguration,
  cacheKinds,
  defaultConfiguration,
} from '../../models/optimized/invalidation/configuration.ts';
import type {
  InvalidationCase,
  InvalidationObservation,
  StreamAnswer,
  StreamStep,
} from '../../spec/schema.ts';
import { search } from '../../suites/core/search.ts';
import { invalidationSuite } from '../../suites/invalidation/suite.ts';
import { configurations } from './configurations.ts';
import { openMachine } from './open-machine.ts';

/**
 * Room for all, so that nothing is replaced, and nothing of requesters that are known from earlier streams: what
 * a machine answers then depends on the stream alone.
 */
const roomy: CachingConfiguration = {
  ...defaultConfiguration,
  caches: Object.fromEntries(cacheKinds.map((kind) => [kind, { sets: 16, ways: 16 }])),
  pasidInvalidation: 'drop',
};
const unit = cachingUnit(roomy);

/** IQE, ICE and ITE of FSTS: the rest tells of faults, which the adapter clears. */
const INVALIDATION_ERRORS = 0x70n;

/** Without stores under way: the adapter has them before or after a request, the unit in between. */
function withoutRaces(testCase: InvalidationCase): InvalidationCase {
  const steps = testCase.steps.map((step) => {
    if (step.step !== 'request') return step;
    const { during: _, ...alone } = step;
    return alone;
  });
  return { ...testCase, steps };
}

/** What the adapter can see of an answer of the unit, where it saw something. */
function visible(step: StreamStep, answer: StreamAnswer): unknown {
  const { outcome } = answer;
  if (outcome === 'translated') return { outcome, address: answer.address };
  if (outcome === 'blocked') return { outcome, code: answer.record?.code };
  if (outcome !== 'value') return { outcome };
  const isFaultStatus = step.step === 'read' && step.register === 'FSTS';
  return { outcome, value: isFaultStatus ? answer.value & INVALIDATION_ERRORS : answer.value };
}

test('the adapter sees of every stream what the unit in the machine answers', async () => {
  const machine = await openMachine({ configuration: roomy });
  try {
    const drawn = fc.sample(anyInvalidationCase(configurations), { seed: 6, numRuns: 96 }).map(withoutRaces);
    const answers = (await machine.runBatch?.(drawn)) ?? [];
    let compared = 0;
    for (const [index, testCase] of drawn.entries()) {
      const answer = answers[index];
      if (answer === undefined || !('observation' in answer)) throw new Error(`no answer to case ${index}`);
      const seen = (answer.observation as InvalidationObservation).answers;
      const own = unit.run(testCase).answers;
      const asking = testCase.steps.filter(({ step }) => ['request', 'read', 'load'].includes(step));
      for (const [at, step] of asking.entries()) {
        const here = seen[at] as StreamAnswer;
        if (here.outcome === 'unobserved') continue;
        const expected = visible(step, own[at] as StreamAnswer);
        if (here.outcome === 'translated' && here.address === undefined) continue;
        expect({ index, at, ...(visible(step, here) as object) }).toEqual({
          index,
          at,
          ...(expected as object),
        });
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(500);
  } finally {
    await machine.close?.();
  }
});

test('the machine with small caches conforms', async () => {
  const machine = await openMachine();
  try {
    const options = { seed: 'machine', runs: 64, profiles: configurations };
    const { findings } = await search(invalidationSuite, machine, options);
    expect(findings.filter(({ level }) => level !== 'may')).toEqual([]);
  } finally {
    await machine.close?.();
  }
});
