/** A caching unit: bounded caches with replacement, and the queue that empties them. */
import type { InvalidationCase, InvalidationObservation } from '../../../spec/schema.ts';

export function runInvalidation(testCase: InvalidationCase): InvalidationObservation {
  throw new Error(`not yet ${testCase.area}`);
}
