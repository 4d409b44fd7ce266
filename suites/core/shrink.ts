/**
 * From a drawn case that broke a rule to the one small case that stands for it: from a case that every shrink tries
 * first, or else from the drawn one, the area's `simpler` steps and the simplest profile lead to a normal form, so
 * that one bug gives one report whatever the seed. What fast-check makes of the drawn case is no nearer to it, and
 * takes more executions than all the rest.
 */
import { isDeepStrictEqual } from 'node:util';
import type * as fc from 'fast-check';
import { drawCases } from '../../generators/drawing.ts';
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, CaseOf, Mismatch, Profile } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { commonStarts } from './common-starts.ts';
import { exercisedBy } from './exercised-by.ts';
import { Probe, sameBreach, type Tried } from './probe.ts';

/** Where fast-check finds the drawn case again. */
export interface DrawnAt {
  readonly seed: number;
  readonly index: number;
}

/** A case that nobody drew here: it was stored, and is asked before anything is drawn. */
export interface Given<A extends Area> {
  readonly given: CaseOf[A];
}

export type Origin<A extends Area> = DrawnAt | Given<A>;

export interface Shrunk<A extends Area> {
  readonly testCase: CaseOf[A];
  readonly executions: number;
  /** Executions that ended the implementation. */
  readonly deaths: number;
  /** False when the breach did not come again: the case is as it was drawn. */
  readonly reproduced: boolean;
}

export interface ToShrink<A extends Area> {
  readonly origin: Origin<A>;
  readonly breach: Mismatch;
  /** No more than the most drastic steps are taken, which is enough to ask what the breach comes from. */
  readonly isRough?: boolean;
  /** The origin is as good a start as those that every shrink tries first, which are left out. */
  readonly isPlain?: boolean;
  /** What came of the cases that were tried for this breach before; those that are tried now are added. */
  readonly tried?: Tried;
}

/** The smallest case found that still breaks `breach.rule` in `breach.aspect`. */
export async function shrink<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  arbitrary: fc.Arbitrary<CaseOf[A]>,
  profiles: readonly Profile[],
  { origin, breach, isRough, isPlain, tried }: ToShrink<A>,
  onExecution: () => void,
  maxDeaths = Number.POSITIVE_INFINITY,
): Promise<Shrunk<A>> {
  const start = originalCase(arbitrary, origin);
  const isAbout = (testCase: CaseOf[A]) => exercisedBy(suite, testCase).includes(breach.rule);
  const probe = new Probe(suite, implementation, (found) => sameBreach(found, breach), onExecution, {
    maxDeaths,
    ...(tried === undefined ? {} : { tried }),
  });
  if (!(await probe.breaks(start))) {
    const { executions, deaths } = probe;
    return { testCase: start, executions, deaths, reproduced: false };
  }
  const starts = isPlain ? [] : commonStarts(suite, profiles, breach.rule);
  const common = await probe.firstBreaking(starts);
  const smaller = common?.testCase ?? start;
  // Where a right answer to a case exercises the rule, those to simpler ones that break it do as a rule.
  if (isAbout(smaller)) probe.passOver((testCase) => !isAbout(testCase));
  const testCase = isRough
    ? await roughForm(suite, profiles, smaller, probe)
    : await settled(suite, profiles, smaller, probe);
  const { executions, deaths } = probe;
  return { testCase, executions, deaths, reproduced: true };
}

/**
 * The normal form under the first of `profiles` that shows the breach: a simpler entry may break under a
 * simpler unit, and under that one it may become simpler still. What the probe passes over is asked at the end.
 */
export async function settled<A extends Area>(
  suite: AreaSuite<A>,
  profiles: readonly Profile[],
  start: CaseOf[A],
  probe: Probe<A>,
): Promise<CaseOf[A]> {
  const rough = await roughForm(suite, profiles, start, probe);
  const simpler: Simpler<A> = (testCase) => suite.simpler(testCase);
  const small = await lowest(suite, profiles, rough, probe, simpler);
  return probe.askEverything() ? lowest(suite, profiles, small, probe, simpler) : small;
}

/** What the most drastic steps lead to; `start` where there are none. */
async function roughForm<A extends Area>(
  suite: AreaSuite<A>,
  profiles: readonly Profile[],
  start: CaseOf[A],
  probe: Probe<A>,
): Promise<CaseOf[A]> {
  if (suite.drastic === undefined) return start;
  return lowest(suite, profiles, start, probe, (testCase) => suite.drastic?.(testCase) ?? []);
}

type Simpler<A extends Area> = (testCase: CaseOf[A]) => Iterable<CaseOf[A]>;

async function lowest<A extends Area>(
  suite: AreaSuite<A>,
  profiles: readonly Profile[],
  start: CaseOf[A],
  probe: Probe<A>,
  simpler: Simpler<A>,
): Promise<CaseOf[A]> {
  const fitting = suite.fitting?.(profiles) ?? profiles;
  let current = await normalForm(start, probe, simpler);
  for (;;) {
    const { profile: its } = current;
    const at = fitting.findIndex((profile) => isDeepStrictEqual(profile, its));
    const earlier = fitting.slice(0, Math.max(at, 0));
    const under = earlier.map((profile) =>
      suite.under === undefined ? { ...current, profile } : suite.under(current, profile),
    );
    const next = await probe.firstBreaking(under.filter((testCase) => testCase !== undefined));
    if (next === undefined) return current;
    current = await normalForm(next.testCase, probe, simpler);
  }
}

/**
 * Takes the first simpler case that still breaks, again and again, until there is none. The search goes on
 * where the last one was found: what did not do before seldom does now, and is tried again at the end.
 */
async function normalForm<A extends Area>(
  start: CaseOf[A],
  probe: Probe<A>,
  simpler: Simpler<A>,
): Promise<CaseOf[A]> {
  let current = start;
  let from = 0;
  for (;;) {
    const next = await probe.firstBreaking(simpler(current), from);
    if (next !== undefined) {
      probe.leave(current);
      current = next.testCase;
      from = next.index;
    } else if (from > 0) from = 0;
    else return current;
  }
}

/** The case that was given, or that fast-check drew there. */
export function originalCase<A extends Area>(
  arbitrary: fc.Arbitrary<CaseOf[A]>,
  origin: Origin<A>,
): CaseOf[A] {
  if ('given' in origin) return origin.given;
  const { seed, index } = origin;
  return drawCases(arbitrary, seed, index + 1)[index] as CaseOf[A];
}
