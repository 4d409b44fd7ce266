import type { Aspect, Mismatch } from '../../spec/schema.ts';

/** A breach of the rule `smmu-nesting.RULE`. */
export function broken(rule: string, aspect: Aspect, expected: string, observed: string): Mismatch {
  return { rule: `smmu-nesting.${rule}`, aspect, expected, observed };
}
