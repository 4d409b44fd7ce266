/**
 * Follows a driver action by action beside hardware that fetches, caches and answers whenever it may. At each
 * moment requests reach the old tables, the new ones or none; when a request is done, the new ones alone. The
 * first breach ends it: what comes after it is not known.
 */
import { ruleOf } from '../../spec/catalogue.ts';
import type { DomainReplaceCase, DomainReplaceObservation, Mismatch } from '../../spec/schema.ts';
import type { Verdict } from '../core/area-suite.ts';
import { broken } from './broken.ts';
import { Course } from './course.ts';
import { isOffered } from './offered.ts';

export function judgeDomainReplace(
  testCase: DomainReplaceCase,
  { requests }: DomainReplaceObservation,
): Verdict {
  const course = new Course(testCase);
  const remarks = new Map<string, Mismatch>();
  course.exercised.add('report');
  for (const [index, request] of testCase.requests.entries()) {
    const report = requests[index];
    if (report === undefined) {
      const missing = `${requests.length} of ${testCase.requests.length}`;
      return verdict(course, [...remarks.values(), broken('report', 'count', 'each request', missing)]);
    }
    // What is asked of a unit that cannot do it is nobody's fault.
    if (!isOffered(testCase, request)) break;
    for (const mismatch of course.follow(index, request, report)) {
      if (ruleOf(mismatch.rule)?.level === 'may') {
        remarks.set(mismatch.rule, mismatch);
        continue;
      }
      const observed = `${mismatch.observed} (request ${index}: ${request.request})`;
      return verdict(course, [...remarks.values(), { ...mismatch, observed }]);
    }
  }
  return verdict(course, [...remarks.values()]);
}

function verdict({ exercised }: Course, mismatches: readonly Mismatch[]): Verdict {
  const named = [...exercised].map((rule) => `domain-replace.${rule}`);
  return { exercised: [...new Set([...named, ...mismatches.map(({ rule }) => rule)])], mismatches };
}
