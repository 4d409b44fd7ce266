import type { Aspect, Mismatch } from '../../spec/schema.ts';

/** A breach of the rule `domain-replace.` + `rule`. */
export function broken(rule: string, aspect: Aspect, expected: string, observed: string): Mismatch {
  return { rule: `domain-replace.${rule}`, aspect, expected, observed };
}
