/**
 * How a known bug is found: for each seed the first case of `check` that shows it, what it is blamed on, and what
 * is left of it when it is shrunk.
 */
import type * as fc from 'fast-check';
import { drawn } from '../../generators/drawing.ts';
import type { Bug } from '../../models/faulty/bug.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, Aspect, CaseOf, Finding, ObservationOf, Profile } from '../../spec/schema.ts';
import { ask, type Judged, judgeAnswer } from '../core/answer.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { budget } from '../core/budget.ts';
import { type CaseSize, sizeOf } from '../core/case-size.ts';
import { CHUNK, chunkSeeds } from '../core/drawn-chunks.ts';
import { type Breach, findingOf } from '../core/finding.ts';
import { ShrinkingToll } from '../core/giving-up.ts';
import { depthOf, plainlyRight } from '../core/judging.ts';
import { profilesOf } from '../core/profiles-of.ts';
import { binding } from '../core/repeat.ts';
import { suiteOf } from '../suite-of.ts';
import { type ByHand, casesByHand } from './by-hand.ts';
import { cpuMs } from './cpu-time.ts';

/** What one seed showed. */
export interface Sighting {
  readonly seed: string;
  /** Cases until the bug showed, that one included. */
  readonly cases: number;
  /** Those of them that exercised the rule that was broken. */
  readonly exercising: number;
  readonly rule: string;
  readonly aspect: Aspect;
  /** The id of the finding: rule, aspect and hash of the shrunk case. */
  readonly finding: string;
  readonly size: CaseSize;
  /** Of the case written by hand that breaks the same. */
  readonly byHand: CaseSize;
  readonly executions: number;
  /** Of the processor, in milliseconds: until the bug showed, and to shrink the case. */
  readonly findMs: number;
  readonly shrinkMs: number;
}

/** One sighting a seed that found `bug`; `runs` cases at most are drawn, those of `check` if left out. */
export async function measureBug(bug: Bug, seeds: readonly string[], runs?: number): Promise<Sighting[]> {
  const implementation = await loadFaulty(bug);
  const suite = await suiteOf(bug.area);
  const byHand = await casesByHand(suite, implementation, bug);
  const sightings: Sighting[] = [];
  for (const seed of seeds) {
    const sighting = await sightingOf(suite, implementation, seed, runs ?? budget(suite), byHand);
    if (sighting !== undefined) sightings.push(sighting);
  }
  return sightings;
}

async function sightingOf<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  seed: string,
  runs: number,
  byHand: ByHand,
): Promise<Sighting | undefined> {
  const profiles = profilesOf(implementation);
  const arbitrary = suite.arbitrary(profiles);
  const started = cpuMs();
  const first = await firstBreach(suite, implementation, arbitrary, seed, runs);
  if (first === undefined) return undefined;
  const { breach, exercised, found } = first;
  const began = cpuMs();
  const finding = await shrunk(suite, implementation, arbitrary, profiles, seed, breach);
  return {
    seed,
    cases: breach.afterCases,
    exercising: exercising(exercised, finding.rule, breach),
    rule: finding.rule,
    aspect: finding.aspect,
    finding: finding.id,
    size: sizeOf(finding.case),
    byHand: byHand(finding),
    executions: finding.found.executions,
    findMs: found - started,
    shrinkMs: cpuMs() - began,
  };
}

/** That there is no answer is exercised by every case; what a breach turned into, by one at least. */
function exercising<A extends Area>(
  exercised: ReadonlyMap<string, number>,
  rule: string,
  { mismatch, afterCases }: Breach<A>,
): number {
  return exercised.get(rule) ?? (rule === mismatch.rule ? afterCases : 1);
}

interface First<A extends Area> {
  readonly breach: Breach<A>;
  /** By rule, up to the breach. */
  readonly exercised: ReadonlyMap<string, number>;
  /** When it showed, on the clock of cpu-time.ts. */
  readonly found: number;
}

/**
 * Draws as `search` does, as far as the first breach of a rule that binds. What the cases in front of it exercise is
 * counted as `search` counts it too: those of a chunk when all of them were looked at.
 */
async function firstBreach<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  arbitrary: fc.Arbitrary<CaseOf[A]>,
  seed: string,
  runs: number,
): Promise<First<A> | undefined> {
  const exercised = new Map<string, number>();
  const seedOf = chunkSeeds(seed, suite.area);
  for (let asked = 0; asked < runs; asked += CHUNK) {
    const origin = { seed: seedOf(asked / CHUNK), index: 0 };
    const looked: Looked<A>[] = [];
    let breach: Breach<A> | undefined;
    for (const testCase of drawn(arbitrary, origin.seed, Math.min(CHUNK, runs - asked))) {
      const isInFull = depthOf(asked + origin.index) === 'full';
      const judged = judgeAnswer(suite, testCase, await ask(implementation, testCase), isInFull);
      looked.push({ testCase, judged });
      const [mismatch] = binding(suite, judged.verdict.mismatches);
      if (mismatch !== undefined) {
        breach = { mismatch, testCase, origin, judged, afterCases: asked + looked.length };
        break;
      }
      origin.index++;
    }
    const found = cpuMs();
    for (const one of looked) {
      for (const rule of exercisedIn(suite, one)) exercised.set(rule, (exercised.get(rule) ?? 0) + 1);
    }
    if (breach !== undefined) return { breach, exercised, found };
  }
  return undefined;
}

/** A case with what a first look at the answer to it showed. */
interface Looked<A extends Area> {
  readonly testCase: CaseOf[A];
  readonly judged: Judged;
}

function exercisedIn<A extends Area>(
  suite: AreaSuite<A>,
  { testCase, judged: { verdict, observation } }: Looked<A>,
): readonly string[] {
  const isJudged = verdict !== plainlyRight;
  return (isJudged ? verdict : suite.judge(testCase, observation as ObservationOf[A])).exercised;
}

function shrunk<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  arbitrary: fc.Arbitrary<CaseOf[A]>,
  profiles: readonly Profile[],
  seed: string,
  breach: Breach<A>,
): Promise<Finding> {
  const ground = {
    ...{ suite, implementation, arbitrary, profiles, seed },
    expectedFailures: [],
    onExecution: () => undefined,
    toll: new ShrinkingToll(),
  };
  return findingOf(ground, breach);
}
