/** Area `invalidation`, answered by a unit with small caches. */
import type { InvalidationCase, InvalidationObservation } from '../../../spec/schema.ts';
import { cachingUnit } from './caching-unit.ts';
import { defaultConfiguration } from './configuration.ts';

const unit = cachingUnit(defaultConfiguration);

export function runInvalidation(testCase: InvalidationCase): InvalidationObservation {
  return unit.run(testCase);
}
