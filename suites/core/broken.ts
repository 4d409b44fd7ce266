import type { Area, Aspect, Mismatch } from '../../spec/schema.ts';

/** A breach of `rule`. */
export function broken(rule: string, aspect: Aspect, expected: string, observed: string): Mismatch {
  return { rule, aspect, expected, observed };
}

/** The same of the rule `AREA.rule`. */
export function brokenIn(area: Area): typeof broken {
  return (rule, ...rest) => broken(`${area}.${rule}`, ...rest);
}
