/** Programs that are short enough for all their interleavings. */
import type { DomainReplaceCase, DomainRequest } from '../../spec/schema.ts';
import { keyOf } from './place.ts';

/** By how many places they are about: the states of two multiply. */
const LONGEST = [0, 5, 3] as const;

/** The first requests of `testCase` about `most` places (1 or 2), all domains and devices. Nothing fails. */
export function shortProgram(testCase: DomainReplaceCase, most: number): DomainReplaceCase {
  const places = new Set<number>();
  const requests: DomainRequest[] = [];
  for (const request of testCase.requests) {
    if (requests.length === LONGEST[most]) break;
    if (request.request === 'attach' || request.request === 'detach') {
      if (places.size < most) places.add(keyOf(request));
      if (!places.has(keyOf(request))) continue;
    }
    requests.push(request);
  }
  return { ...testCase, requests, failing: [] };
}
