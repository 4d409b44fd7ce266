/**
 * Follows the host calls of an implementation step by step: each has to make sense when it is made, and after
 * each step every device is bound as the tables of the guest say. The first breach of a binding rule ends it:
 * what comes after it is not known.
 */
import { ruleOf } from '../../spec/catalogue.ts';
import type { BindingCase, BindingObservation } from '../../spec/schema/binding.ts';
import type { Level, Mismatch } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { Course } from './course.ts';

export function judgeBinding(testCase: BindingCase, { steps }: BindingObservation): Verdict {
  const course = new Course(testCase);
  const remarks = new Map<string, Mismatch>();
  for (const [index, step] of testCase.steps.entries()) {
    const report = steps[index];
    const wrong =
      report === undefined
        ? [broken('a report of each step', `${steps.length} of ${testCase.steps.length}`)]
        : course.follow(step, report);
    if (wrong === 'open') break;
    for (const mismatch of wrong) {
      if (ruleOf(mismatch.rule)?.level === 'may') remarks.set(mismatch.rule, mismatch);
    }
    // What must be hides what should be, not the other way round.
    const first = firstOf(wrong, 'must') ?? firstOf(wrong, 'should');
    if (first === undefined) continue;
    const observed = `${first.observed} (step ${index}: ${step.step})`;
    return verdict(course, [...remarks.values(), { ...first, observed }]);
  }
  return verdict(course, [...remarks.values()]);
}

function firstOf(wrong: readonly Mismatch[], level: Level): Mismatch | undefined {
  return wrong.find(({ rule }) => ruleOf(rule)?.level === level);
}

function verdict({ exercised }: Course, mismatches: readonly Mismatch[]): Verdict {
  return { exercised: [...new Set([...exercised, ...mismatches.map(({ rule }) => rule)])], mismatches };
}

function broken(expected: string, observed: string): Mismatch {
  return { rule: 'binding.calls', aspect: 'count', expected, observed };
}
