/**
 * From a drawn case that broke a rule to the one small case that stands for it: fast-check shrinks along
 * the generator's structure, then the area's `simpler` steps and the simplest profile bring the result to a
 * normal form, so that one bug gives one report whatever the seed.
 */
import * as fc from 'fast-check';
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, CaseOf, Mismatch, Profile } from '../../spec/schema.ts';
import { ask, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';

/** A bound on executions, not on time: the same seed gives the same result on a slow machine. */
const MAX_EXECUTIONS = 4000;
/** Each hang costs a whole time limit. */
const MAX_HANGS = 12;

/** Where fast-check finds the drawn case again. */
export interface DrawnAt {
  readonly seed: number;
  readonly index: number;
}

export interface Shrunk<A extends Area> {
  readonly testCase: CaseOf[A];
  readonly executions: number;
  /** False when the breach did not come again: the case is as it was drawn. */
  readonly reproduced: boolean;
}

/** True when both break the same rule in the same aspect. */
export function sameBreach(a: Mismatch, b: Mismatch): boolean {
  return a.rule === b.rule && a.aspect === b.aspect;
}

/** The smallest case found that still breaks `breach.rule` in `breach.aspect`. */
export async function shrink<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  arbitrary: fc.Arbitrary<CaseOf[A]>,
  profiles: readonly Profile[],
  drawn: DrawnAt,
  breach: Mismatch,
  onExecution: () => void,
): Promise<Shrunk<A>> {
  let executions = 0;
  let hangs = 0;
  const breaks = async (testCase: CaseOf[A]): Promise<boolean> => {
    if (executions >= MAX_EXECUTIONS || hangs >= MAX_HANGS) return false;
    executions++;
    onExecution();
    const { verdict, failure } = judgeAnswer(suite, testCase, await ask(implementation, testCase));
    if (failure?.kind === 'hang') hangs++;
    return verdict.mismatches.some((found) => sameBreach(found, breach));
  };
  const details = await fc.check(
    fc.asyncProperty(arbitrary, async (testCase) => !(await breaks(testCase))),
    { seed: drawn.seed, path: String(drawn.index), numRuns: 1 },
  );
  const smallest = details.counterexample?.[0];
  if (smallest === undefined) return { testCase: drawnCase(arbitrary, drawn), executions, reproduced: false };
  return { testCase: await settled(suite, profiles, smallest, breaks), executions, reproduced: true };
}

/**
 * The normal form under the first of `profiles` that shows the breach: a simpler entry may break under a
 * simpler unit, and under that one it may become simpler still.
 */
async function settled<A extends Area>(
  suite: AreaSuite<A>,
  profiles: readonly Profile[],
  start: CaseOf[A],
  breaks: (testCase: CaseOf[A]) => Promise<boolean>,
): Promise<CaseOf[A]> {
  let current = await normalForm(suite, start, breaks);
  for (;;) {
    const earlier = profiles.slice(0, Math.max(profiles.indexOf(current.profile), 0));
    const candidates = earlier.map((profile) => ({ ...current, profile }));
    const next = await firstBreaking(candidates, breaks);
    if (next === undefined) return current;
    current = await normalForm(suite, next, breaks);
  }
}

/** The case that fast-check drew there. */
export function drawnCase<C>(arbitrary: fc.Arbitrary<C>, { seed, index }: DrawnAt): C {
  return fc.sample(arbitrary, { seed, numRuns: index + 1 })[index] as C;
}

/** Takes the first simpler case that still breaks, again and again, until there is none. */
async function normalForm<A extends Area>(
  suite: AreaSuite<A>,
  start: CaseOf[A],
  breaks: (testCase: CaseOf[A]) => Promise<boolean>,
): Promise<CaseOf[A]> {
  let current = start;
  for (;;) {
    const next = await firstBreaking(suite.simpler(current), breaks);
    if (next === undefined) return current;
    current = next;
  }
}

async function firstBreaking<C>(
  candidates: Iterable<C>,
  breaks: (testCase: C) => Promise<boolean>,
): Promise<C | undefined> {
  for (const candidate of candidates) if (await breaks(candidate)) return candidate;
  return undefined;
}
