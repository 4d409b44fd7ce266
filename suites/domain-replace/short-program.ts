/** Programs that are short enough for all their interleavings: few requests, about one place or two. */
import type { DomainReplaceCase, DomainRequest } from '../../spec/schema.ts';
import { keyOf } from './place.ts';

/** The first `longest` requests of `testCase` that are about the first `most` places, their domains and devices. */
export function shortProgram(testCase: DomainReplaceCase, most = 1, longest = 3): DomainReplaceCase {
  const places = new Set<number>();
  const requests: DomainRequest[] = [];
  for (const request of testCase.requests) {
    if (requests.length === longest) break;
    if (request.request === 'attach' || request.request === 'detach') {
      if (places.size < most) places.add(keyOf(request));
      if (!places.has(keyOf(request))) continue;
    }
    requests.push(request);
  }
  return { ...testCase, requests, failing: [] };
}
