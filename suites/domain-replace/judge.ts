/**
 * Follows a driver action by action beside hardware that fetches, caches and answers whenever it may. At each
 * moment requests reach the old tables, the new ones or none; when a request is done, the new ones alone. The
 * first breach ends it: what comes after it is not known.
 */
import type { DomainReplaceCase, DomainReplaceObservation } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { followSteps, verdictOf } from '../core/follow-steps.ts';
import { broken } from './broken.ts';
import { Course } from './course.ts';
import { isOffered } from './offered.ts';

export function judgeDomainReplace(
  testCase: DomainReplaceCase,
  { requests }: DomainReplaceObservation,
): Verdict {
  const course = new Course(testCase);
  course.exercised.add('report');
  const mismatches = followSteps(
    testCase.requests,
    (request, index) => {
      const report = requests[index];
      if (report === undefined) {
        const missing = `${requests.length} of ${testCase.requests.length}`;
        return [broken('report', 'count', 'each request', missing)];
      }
      // What is asked of a unit that cannot do it is nobody's fault.
      return isOffered(testCase, request) ? course.follow(index, request, report) : 'open';
    },
    ({ request }, index) => `request ${index}: ${request}`,
  );
  const exercised = [...course.exercised].map((rule) => `domain-replace.${rule}`);
  return verdictOf(exercised, mismatches);
}
