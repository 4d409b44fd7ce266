/**
 * Survivors that are no holes: what they change can't be told from the right model, or is permitted. Each stands in
 * equivalent.json under its reason, named by what it changes and not by its line.
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Mutant } from './mutants.ts';

const explainedSchema = v.array(
  v.strictObject({
    why: v.pipe(v.string(), v.minLength(20)),
    mutants: v.array(
      v.strictObject({
        file: v.string(),
        within: v.string(),
        operator: v.string(),
        before: v.string(),
        after: v.string(),
      }),
    ),
  }),
);

const PATH = new URL('./equivalent.json', import.meta.url);

/** The reasons by the names of mutants. */
export function readExplained(): ReadonlyMap<string, string> {
  const groups = v.parse(explainedSchema, JSON.parse(readFileSync(PATH, 'utf8')));
  return new Map(groups.flatMap(({ why, mutants }) => mutants.map((mutant) => [nameOf(mutant), why])));
}

/** What tells a mutant from all others, wherever its lines stand. */
export function nameOf({
  file,
  within,
  operator,
  before,
  after,
}: Pick<Mutant, 'file' | 'within' | 'operator' | 'before' | 'after'>): string {
  return [file, within, operator, before, after].join('\n');
}
