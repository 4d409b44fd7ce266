/**
 * The search: asks the cases that are given, then draws more in chunks, judges the answers, counts what each
 * rule decided, and goes on past a breach. Each (rule, aspect) is shrunk once, on its first case. The same seed
 * draws the same cases on any machine; only `timeMs` depends on the clock, and then only in how many are drawn.
 */
import seedrandom from 'seedrandom';
import { drawn } from '../../generators/drawing.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import { contractRules } from '../../spec/rules/answers.ts';
import type { Area, AreaResult, Case, CaseOf, ExpectedFailure, Finding, Profile } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { askChunk } from './ask-chunk.ts';
import { ShrinkingToll } from './giving-up.ts';
import { offeredProfile } from './offered-profile.ts';
import { Pace } from './pace.ts';
import { ruleResults } from './rule-results.ts';
import { Spending } from './spending.ts';
import { Tally } from './tally.ts';

export interface SearchOptions {
  readonly seed: string;
  /** Stored cases, asked before anything is drawn; those of other areas are left out. */
  readonly given?: readonly Case[];
  /** Cases to draw, beside the given ones; with `timeMs` the least number. 0: none are drawn. */
  readonly runs: number;
  /** Goes on drawing until so many milliseconds have passed. */
  readonly timeMs?: number;
  /** The profiles to draw under. */
  readonly profiles: readonly Profile[];
  /** Breaches that a person judged and gave a reason for. */
  readonly expectedFailures?: readonly ExpectedFailure[];
  /** Told now and then, while a finding is being shrunk too, and at the end. */
  readonly onProgress?: (progress: Progress) => void;
  /** Told of each finding as soon as it is shrunk. */
  readonly onFinding?: (finding: Finding) => void;
  /** When it is aborted, the search ends with what it has. */
  readonly signal?: AbortSignal;
}

export interface Progress {
  readonly area: Area;
  readonly cases: number;
  readonly rulesExercised: number;
  readonly rulesKnown: number;
  /** Breaches of binding rules, expected ones included. */
  readonly findings: number;
}

/** What is told before the first case is judged. */
export function nothingYet(area: Area): Progress {
  return { area, cases: 0, rulesExercised: 0, rulesKnown: 0, findings: 0 };
}

/** Cases drawn, answered and judged at a time. */
export const CHUNK = 256;
/** Why a stored case is not asked. */
const FOREIGN = 'a stored case whose profile the implementation does not offer';
/** Between two signs of life: each is a message to another thread. */
const PROGRESS_EVERY_MS = 100;

/** The seeds of the chunks that a search of `area` draws under `seed`, one after the other. */
export function chunkSeeds(seed: string, area: Area): () => number {
  const random = seedrandom(`${seed}/${area}`);
  return () => random.int32();
}

/**
 * Asks and judges the given cases of one area and `options.runs` that are drawn; breaches come back as shrunk
 * findings.
 */
export async function search<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  options: SearchOptions,
): Promise<AreaResult> {
  const { seed, runs, timeMs, profiles } = options;
  const started = performance.now();
  const nextSeed = chunkSeeds(seed, suite.area);
  const arbitrary = suite.arbitrary(profiles);
  const rules = [...suite.rules, ...contractRules(suite.area)];
  const expectedFailures = (options.expectedFailures ?? []).filter(({ area }) => area === suite.area);
  let told = Number.NEGATIVE_INFINITY;
  const tell = () => {
    told = performance.now();
    options.onProgress?.({
      area: suite.area,
      cases: tally.cases,
      rulesExercised: rules.filter((rule) => tally.exercised.has(rule.id)).length,
      rulesKnown: rules.length,
      findings: tally.findings.filter(({ level }) => level !== 'may').length,
    });
  };
  const tellNowAndThen = () => {
    if (performance.now() - told > PROGRESS_EVERY_MS) tell();
  };
  const spending = new Spending();
  const ground = {
    ...{ suite, implementation, arbitrary, profiles, seed, expectedFailures, onExecution: tellNowAndThen },
    onFinding: options.onFinding,
    toll: new ShrinkingToll(),
  };
  const tally = new Tally(ground, spending);
  const isOver = () => tally.givenUp !== undefined || options.signal?.aborted === true;
  const pace = new Pace(implementation);
  const asking = { implementation, tally, spending, pace, tell: tellNowAndThen, isOver };
  const ofArea = (options.given ?? []).filter(
    (testCase): testCase is CaseOf[A] => testCase.area === suite.area,
  );
  const { given = [], foreign = [] } = Object.groupBy(ofArea, offering(implementation));
  for (const testCase of foreign) tally.add({ given: testCase }, testCase, { skip: FOREIGN }, undefined);
  for (let at = 0; at < given.length && !isOver(); at += CHUNK) {
    await askChunk(asking, given.slice(at, at + CHUNK), (testCase) => ({ given: testCase }));
  }
  const wanted = () =>
    !isOver() && (asked < runs || (timeMs !== undefined && performance.now() - started < timeMs));
  let asked = 0;
  while (wanted()) {
    const seedOfChunk = nextSeed();
    const size = asked < runs ? Math.min(CHUNK, runs - asked) : CHUNK;
    const cases = drawn(arbitrary, seedOfChunk, size);
    await askChunk(asking, cases, (_testCase, index) => ({ seed: seedOfChunk, index }));
    asked += size;
  }
  tell();
  const { skipped, givenUp } = tally;
  return {
    area: suite.area,
    claimed: true,
    cases: tally.cases,
    durationMs: performance.now() - started,
    spentMs: spending.result,
    ...(skipped.length > 0 ? { skipped: [...skipped] } : {}),
    ...(givenUp === undefined ? {} : { givenUp }),
    rules: ruleResults(rules, tally.exercised, tally.findings, expectedFailures),
    findings: [...tally.findings],
    ...tally.facts.result(),
    ...tally.interleaved.result(),
  };
}

/** Tells stored cases of units that the implementation claims to be from others, which it may answer otherwise. */
function offering(implementation: Implementation): (testCase: Case) => 'given' | 'foreign' {
  // Cases have a profile each; to compare it with all that are offered takes longer than to ask the case.
  const known = new Map<string, 'given' | 'foreign'>();
  return ({ profile }) => {
    const key = toJson(profile);
    const found = known.get(key) ?? (offeredProfile(implementation, profile) ? 'given' : 'foreign');
    known.set(key, found);
    return found;
  };
}
