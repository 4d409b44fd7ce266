/**
 * The search: draws cases in chunks, asks the implementation, judges, counts what each rule decided, and
 * goes on past a breach. Each (rule, aspect) is shrunk once, on its first case. The same seed draws the
 * same cases on any machine; only `timeMs` depends on the clock, and then only in how many are drawn.
 */
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import seedrandom from 'seedrandom';
import type { BatchAnswer, Implementation } from '../../spec/implementation.ts';
import { answersRule } from '../../spec/rules/answers.ts';
import type { Area, AreaResult, ExpectedFailure, Finding, Profile } from '../../spec/schema.ts';
import { ask, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { FactCounts } from './fact-counts.ts';
import { type Breach, findingOf } from './finding.ts';
import { sameBreach } from './probe.ts';
import { ruleResults } from './rule-results.ts';

export interface SearchOptions {
  readonly seed: string;
  /** Cases to draw; with `timeMs` the least number. */
  readonly runs: number;
  /** Goes on drawing until so many milliseconds have passed. */
  readonly timeMs?: number;
  /** The profiles to draw under. */
  readonly profiles: readonly Profile[];
  /** Breaches that a person judged and gave a reason for. */
  readonly expectedFailures?: readonly ExpectedFailure[];
  /** Told after every chunk, and while a finding is being shrunk. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly area: Area;
  readonly cases: number;
  readonly rulesExercised: number;
  readonly rulesKnown: number;
  /** Breaches of binding rules, expected ones included. */
  readonly findings: number;
}

/** Cases drawn, answered and judged at a time. */
const CHUNK = 256;
/** After so many hangs a search gives up: each costs a whole time limit. */
const MAX_HANGS = 3;
/** Executions of a shrink between two signs of life. */
const SHRINK_PROGRESS = 16;

/** Draws, asks and judges `options.runs` cases of one area; breaches come back as shrunk findings. */
export async function search<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  options: SearchOptions,
): Promise<AreaResult> {
  const started = performance.now();
  const random = seedrandom(`${options.seed}/${suite.area}`);
  const arbitrary = suite.arbitrary(options.profiles);
  const rules = [...suite.rules, answersRule(suite.area)];
  const expectedFailures = (options.expectedFailures ?? []).filter(({ area }) => area === suite.area);
  const exercised = new Map<string, number>();
  const facts = new FactCounts();
  const breaches: Breach[] = [];
  const findings: Finding[] = [];
  let cases = 0;
  let hangs = 0;
  const tell = () =>
    options.onProgress?.({
      area: suite.area,
      cases,
      rulesExercised: rules.filter((rule) => exercised.has(rule.id)).length,
      rulesKnown: rules.length,
      findings: findings.filter(({ level }) => level !== 'may').length,
    });
  let executions = 0;
  const onExecution = () => {
    if (++executions % SHRINK_PROGRESS === 0) tell();
  };
  const { seed: runSeed, profiles } = options;
  const ground = { suite, implementation, arbitrary, profiles, seed: runSeed, expectedFailures, onExecution };
  const wanted = () =>
    hangs < MAX_HANGS &&
    (cases < options.runs || (options.timeMs !== undefined && performance.now() - started < options.timeMs));
  while (wanted()) {
    const seed = random.int32();
    const size = cases < options.runs ? Math.min(CHUNK, options.runs - cases) : CHUNK;
    const drawn = fc.sample(arbitrary, { seed, numRuns: size });
    const answers = implementation.runBatch ? await implementation.runBatch(drawn) : undefined;
    for (const [index, testCase] of drawn.entries()) {
      let answer: BatchAnswer | Promise<BatchAnswer> = answers?.[index] ?? ask(implementation, testCase);
      if (answer instanceof Promise) answer = await answer;
      const { verdict, failure } = judgeAnswer(suite, testCase, answer);
      cases++;
      for (const rule of verdict.exercised) exercised.set(rule, (exercised.get(rule) ?? 0) + 1);
      facts.add(verdict.facts);
      for (const mismatch of verdict.mismatches) {
        if (breaches.some((known) => sameBreach(known.mismatch, mismatch))) continue;
        const breach = { mismatch, drawn: { seed, index }, afterCases: cases };
        breaches.push(breach);
        findings.push(await findingOf(ground, breach));
      }
      if (failure?.kind === 'hang' && ++hangs === MAX_HANGS) break;
    }
    exercised.set(answersRule(suite.area).id, cases);
    tell();
    // The event loop of the thread gets its turn: Vitest's own messages are among what waits there.
    await eventLoopTurn();
  }
  return {
    area: suite.area,
    claimed: true,
    cases,
    durationMs: performance.now() - started,
    rules: ruleResults(rules, exercised, findings, expectedFailures),
    findings,
    ...facts.result(),
  };
}
