/** A rule of area `invalidation`. */
import type { Rule } from '../rule.ts';

/** `id` without the name of the area. */
export function rule(
  id: string,
  clause: string,
  statement: string,
  extra?: Pick<Rule, 'note' | 'unreachable'> & { readonly level?: Rule['level'] },
): Rule {
  return { id: `invalidation.${id}`, areas: ['invalidation'], level: 'must', statement, clause, ...extra };
}

/** The part of a rule id after the name of the area. */
export function local(id: string): string {
  return id.slice('invalidation.'.length);
}
