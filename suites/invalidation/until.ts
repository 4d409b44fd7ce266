/** A stream cut after the step that decided a breach: what follows says nothing of it. */
import type { InvalidationCase, InvalidationObservation, Mismatch } from '../../spec/schema.ts';
import type { Decided } from '../core/area-suite.ts';
import { isAnswered, judgeInvalidation } from './judge.ts';

/** Undefined when no step decided it, or when the beginning alone does not show it. */
export function untilBreach(
  testCase: InvalidationCase,
  observation: InvalidationObservation,
  { rule, aspect }: Pick<Mismatch, 'rule' | 'aspect'>,
): Decided<'invalidation'> | undefined {
  const isIt = (one: Mismatch) => one.rule === rule && one.aspect === aspect;
  let step: number | undefined;
  judgeInvalidation(testCase, observation, ({ index, mismatches }) => {
    if (step === undefined && mismatches.some(isIt)) step = index;
  });
  if (step === undefined) return undefined;
  const steps = testCase.steps.slice(0, step + 1);
  const cut = { ...testCase, steps };
  const answers = observation.answers.slice(0, steps.filter(isAnswered).length);
  const { queue } = observation;
  const answered = { answers, ...(queue ? { queue: queue.slice(0, step + 1) } : {}) };
  // What a unit may have fetched depends on the requests that follow too.
  const shows = judgeInvalidation(cut, answered).mismatches.some(isIt);
  return shows ? { testCase: cut, observation: answered, step } : undefined;
}
