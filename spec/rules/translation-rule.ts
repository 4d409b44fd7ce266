/** A rule of area `translation` that has no condition id of the architecture. */
import type { Rule } from '../rule.ts';

/** `id` without the name of the area. */
export function rule(id: string, clause: string, statement: string, note?: string): Rule {
  const named = {
    id: `translation.${id}`,
    areas: ['translation'],
    level: 'must',
    statement,
    clause,
  } as const;
  return note === undefined ? named : { ...named, note };
}
