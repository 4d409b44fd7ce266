/** Rules of area `invalidation`: queue, registers, caches, and what may still be stale. */
import type { Rule } from '../rule.ts';
import { descriptor } from './invalidation-descriptor.ts';
import { match } from './invalidation-match.ts';
import { queue, wait } from './invalidation-queue.ts';
import { answer, caching, register } from './invalidation-register.ts';
import { sequence } from './invalidation-sequence.ts';

export const rules: readonly Rule[] = [
  ...answer,
  ...match,
  ...caching,
  ...sequence,
  ...descriptor,
  ...queue,
  ...wait,
  ...register,
];

/** Every rule that a drawn stream can decide. */
export const invalidationRules: readonly Rule[] = rules.filter((one) => one.unreachable === undefined);
