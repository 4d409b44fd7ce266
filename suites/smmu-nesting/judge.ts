/**
 * Follows the host calls of an implementation step by step: each has to make sense when it is made, and after
 * each step every stream is what the guest says, and what a completed CMD_SYNC promised is done. The first
 * breach of a binding rule ends it: what comes after it is not known.
 */
import type { SmmuNestingCase, SmmuNestingObservation } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { followSteps, verdictOf } from '../core/follow-steps.ts';
import { broken } from './broken.ts';
import { Course } from './course.ts';

export function judgeSmmuNesting(testCase: SmmuNestingCase, { steps }: SmmuNestingObservation): Verdict {
  const course = new Course(testCase);
  const mismatches = followSteps(
    testCase.steps,
    (step, index) => {
      const report = steps[index];
      if (report !== undefined) return course.follow(step, report);
      const observed = `${steps.length} of ${testCase.steps.length}`;
      return [broken('calls', 'count', 'a report of each step', observed)];
    },
    ({ step }, index) => `step ${index}: ${step}`,
  );
  const exercised = [...course.exercised].map((rule) => `smmu-nesting.${rule}`);
  return verdictOf(exercised, mismatches);
}
