/** The verdict on one mutant: loaded beside the healthy models and asked, area by area, the cheapest first. */
import type { Edit } from '../models/faulty/bug.ts';
import type { Area } from '../spec/schema.ts';
import { budget } from '../suites/core/budget.ts';
import { type Asked, type Ground, groundOf } from './ground.ts';
import { mutatedOptimized } from './mutated-optimized.ts';
import { mutatedReference } from './mutated-reference.ts';
import { type TargetName, targets } from './target.ts';

/** Asks a mutant one case: the name of what it broke, or whether it did otherwise than the healthy model. */
export type Trial = (ground: Ground, asked: Asked) => 'same' | 'differs' | (string & {});

export interface Outcome {
  readonly killed: boolean;
  /** Rule and aspect that it broke, or what became of it before it could. */
  readonly by?: string;
  readonly area?: Area;
  /** Number of the case that killed it, from 0 on. */
  readonly case?: number;
  /** Of a survivor: answers that were other than the healthy model's, and as right. */
  readonly differing?: number;
}

/** Most mutants fall in the first cases of an area; those of the next area are cheaper then than many of this one. */
const FIRST_LOOK = 256;

/** `areas` are asked in the order given. `beat` is called for each case. Throws when the mutant is no TypeScript. */
export async function judgeMutant(
  target: TargetName,
  edit: Edit,
  areas: readonly Area[],
  beat: () => void,
): Promise<Outcome> {
  const load = target === 'optimized' ? mutatedOptimized : mutatedReference;
  let attempt: Trial;
  try {
    attempt = await load(edit, areas);
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    return { killed: true, by: `loading: ${error instanceof Error ? error.message : error}` };
  }
  const grounds = await Promise.all(areas.map(groundOf));
  let differing = 0;
  for (const isFirst of [true, false]) {
    for (const ground of grounds) {
      const all = Math.ceil(budget(ground.suite) / targets[target].oneIn);
      const [from, end] = isFirst ? [0, Math.min(FIRST_LOOK, all)] : [FIRST_LOOK, all];
      for (let number = from; number < end; number++) {
        beat();
        const shown = attempt(ground, ground.at(number, beat));
        if (shown === 'differs') differing++;
        else if (shown !== 'same') return { killed: true, by: shown, area: ground.suite.area, case: number };
      }
    }
  }
  return { killed: false, differing };
}
