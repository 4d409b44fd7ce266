/** Programs that are short enough for all their interleavings: three requests, about one place. */
import type { DomainReplaceCase, DomainRequest } from '../../spec/schema.ts';
import { keyOf } from './place.ts';

const LONGEST = 3;

/** The first requests of `testCase` about the place that the first of them names, and about its domains and device. */
export function shortProgram(testCase: DomainReplaceCase): DomainReplaceCase {
  const { requests } = testCase;
  const placeOf = (one: DomainRequest) =>
    one.request === 'attach' || one.request === 'detach' ? keyOf(one) : undefined;
  const place = requests.map(placeOf).find((key) => key !== undefined);
  const ofPlace = requests.filter((one) => (placeOf(one) ?? place) === place);
  return { ...testCase, requests: ofPlace.slice(0, LONGEST), failing: [] };
}
