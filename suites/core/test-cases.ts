/**
 * How many cases `npm test` asks of the optimized model: so many that the rarest rule of the area is decided often
 * enough for a change of a generator not to lose it unseen (rule-frequency.ts).
 */
import type { Area } from '../../spec/schema.ts';

export const testCases: Readonly<Record<Area, number>> = {
  entry: 10_000,
  'used-bits': 4000,
  'entry-sync': 4000,
  translation: 16_000,
  'page-walk': 6_000,
  invalidation: 4_096,
  binding: 2_500,
  'domain-replace': 2_500,
  'smmu-nesting': 1_000,
};
