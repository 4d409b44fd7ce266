/**
 * Follows the host calls of an implementation step by step: each has to make sense when it is made, and after
 * each step every stream is what the guest says, and what a completed CMD_SYNC promised is done. The first
 * breach of a binding rule ends it: what comes after it is not known.
 */
import { ruleOf } from '../../spec/catalogue.ts';
import type { Mismatch, SmmuNestingCase, SmmuNestingObservation } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { broken } from './broken.ts';
import { Course } from './course.ts';

export function judgeSmmuNesting(testCase: SmmuNestingCase, { steps }: SmmuNestingObservation): Verdict {
  const course = new Course(testCase);
  const remarks = new Map<string, Mismatch>();
  for (const [index, step] of testCase.steps.entries()) {
    const report = steps[index];
    const wrong =
      report === undefined
        ? [broken('calls', 'count', 'a report of each step', `${steps.length} of ${testCase.steps.length}`)]
        : course.follow(step, report);
    if (wrong === 'open') break;
    for (const mismatch of wrong) {
      if (ruleOf(mismatch.rule)?.level === 'may') remarks.set(mismatch.rule, mismatch);
    }
    const first = wrong.find(({ rule }) => ruleOf(rule)?.level !== 'may');
    if (first === undefined) continue;
    const observed = `${first.observed} (step ${index}: ${step.step})`;
    return verdict(course, [...remarks.values(), { ...first, observed }]);
  }
  return verdict(course, [...remarks.values()]);
}

function verdict({ exercised }: Course, mismatches: readonly Mismatch[]): Verdict {
  const rules = [...exercised].map((rule) => `smmu-nesting.${rule}`);
  return { exercised: [...new Set([...rules, ...mismatches.map(({ rule }) => rule)])], mismatches };
}
