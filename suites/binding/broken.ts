import type { Aspect, Mismatch } from '../../spec/schema.ts';

/** A breach of `rule`. */
export function broken(rule: string, aspect: Aspect, expected: string, observed: string): Mismatch {
  return { rule, aspect, expected, observed };
}
