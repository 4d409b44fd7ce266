/** Rules of area `invalidation`. */
import type { Rule } from '../rule.ts';

export const invalidationRules: readonly Rule[] = [];
