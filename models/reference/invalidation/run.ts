/** The reference's own answers to a stream: the likeliest option of each step. */
import type { InvalidationCase, InvalidationObservation } from '../../../spec/schema.ts';

export function runInvalidation(testCase: InvalidationCase): InvalidationObservation {
  throw new Error(`not yet ${testCase.area}`);
}
