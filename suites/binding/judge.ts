/**
 * Follows the host calls of an implementation step by step: each has to make sense when it is made, and after
 * each step every device is bound as the tables of the guest say. The first breach of a binding rule ends it:
 * what comes after it is not known.
 */
import { ruleOf } from '../../spec/catalogue.ts';
import type { BindingCase, BindingObservation } from '../../spec/schema/binding.ts';
import type { Mismatch } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { broken } from '../core/broken.ts';
import { followSteps, verdictOf } from '../core/follow-steps.ts';
import { Course } from './course.ts';

export function judgeBinding(testCase: BindingCase, { steps }: BindingObservation): Verdict {
  const course = new Course(testCase);
  const mismatches = followSteps(
    testCase.steps,
    (step, index) => {
      const report = steps[index];
      if (report !== undefined) return mustFirst(course.follow(step, report));
      const observed = `${steps.length} of ${testCase.steps.length}`;
      return [broken('binding.calls', 'count', 'a report of each step', observed)];
    },
    ({ step }, index) => `step ${index}: ${step}`,
  );
  return verdictOf(course.exercised, mismatches);
}

/** What must be hides what should be, not the other way round. */
function mustFirst(wrong: readonly Mismatch[] | 'open'): readonly Mismatch[] | 'open' {
  if (wrong === 'open' || wrong.length < 2) return wrong;
  const isMust = ({ rule }: Mismatch) => ruleOf(rule)?.level === 'must';
  return [...wrong.filter(isMust), ...wrong.filter((mismatch) => !isMust(mismatch))];
}
