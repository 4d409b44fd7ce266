/** Some of many mutants, drawn by a seed: the same ones as long as they are there, whatever else changes. */
import seedrandom from 'seedrandom';
import { nameOf } from './explained.ts';
import type { Planned } from './plan.ts';

/**
 * The mutants whose survivors people have looked at: so many of the optimized model, drawn by this seed. What is drawn
 * for CI is drawn from them.
 */
export const REVIEWED = { count: 1050, seed: 'a' } as const;

export function drawn(from: readonly Planned[], count: number, seed: string): readonly Planned[] {
  return from
    .map((one) => ({ one, rank: seedrandom(`${seed}/${nameOf(one.mutant)}`)() }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ one }) => one);
}
