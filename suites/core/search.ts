/**
 * The search: draws cases in chunks, asks the implementation, judges, counts what each rule decided, and
 * goes on past a breach. Each (rule, aspect) is shrunk once, on its first case. The same seed draws the
 * same cases on any machine; only `timeMs` depends on the clock, and then only in how many are drawn.
 */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import seedrandom from 'seedrandom';
import type { BatchAnswer, Implementation } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import type {
  Area,
  AreaResult,
  Aspect,
  CaseOf,
  Finding,
  Mismatch,
  Profile,
  RuleStatus,
} from '../../spec/schema.ts';
import { ask, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { type DrawnAt, sameBreach, shrink } from './shrink.ts';

export interface SearchOptions {
  readonly seed: string;
  /** Cases to draw; with `timeMs` the least number. */
  readonly runs: number;
  /** Goes on drawing until so many milliseconds have passed. */
  readonly timeMs?: number;
  /** The profiles to draw under. */
  readonly profiles: readonly Profile[];
  /** The reason why a breach is expected, when a person judged it so. */
  readonly expected?: (breach: { readonly rule: string; readonly aspect: Aspect }) => string | undefined;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly area: Area;
  readonly cases: number;
  readonly rulesExercised: number;
  readonly rulesKnown: number;
  readonly findings: number;
}

/** Cases drawn, answered and judged at a time. */
const CHUNK = 256;

interface Breach {
  readonly mismatch: Mismatch;
  readonly drawn: DrawnAt;
  readonly afterCases: number;
}

/** Draws, asks and judges `options.runs` cases of one area; breaches come back as shrunk findings. */
export async function search<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  options: SearchOptions,
): Promise<AreaResult> {
  const started = performance.now();
  const random = seedrandom(`${options.seed}/${suite.area}`);
  const arbitrary = suite.arbitrary(options.profiles);
  const exercised = new Map<string, number>();
  const breaches: Breach[] = [];
  const findings: Finding[] = [];
  let cases = 0;
  const wanted = () =>
    cases < options.runs || (options.timeMs !== undefined && performance.now() - started < options.timeMs);
  while (wanted()) {
    const seed = random.int32();
    const size = cases < options.runs ? Math.min(CHUNK, options.runs - cases) : CHUNK;
    const drawn = fc.sample(arbitrary, { seed, numRuns: size });
    const answers = implementation.runBatch ? await implementation.runBatch(drawn) : undefined;
    for (const [index, testCase] of drawn.entries()) {
      let answer: BatchAnswer | Promise<BatchAnswer> = answers?.[index] ?? ask(implementation, testCase);
      if (answer instanceof Promise) answer = await answer;
      const { verdict } = judgeAnswer(suite, testCase, answer);
      cases++;
      for (const rule of verdict.exercised) exercised.set(rule, (exercised.get(rule) ?? 0) + 1);
      for (const mismatch of verdict.mismatches) {
        if (breaches.some((known) => sameBreach(known.mismatch, mismatch))) continue;
        const breach = { mismatch, drawn: { seed, index }, afterCases: cases };
        breaches.push(breach);
        findings.push(await shrunkFinding(suite, implementation, arbitrary, breach, options));
      }
    }
    options.onProgress?.({
      area: suite.area,
      cases,
      rulesExercised: suite.rules.filter((rule) => exercised.has(rule.id)).length,
      rulesKnown: suite.rules.length,
      findings: findings.length,
    });
  }
  return {
    area: suite.area,
    claimed: true,
    cases,
    durationMs: performance.now() - started,
    rules: suite.rules.map(({ id }) => ({
      id,
      exercised: exercised.get(id) ?? 0,
      status: ruleStatus(
        findings.filter((finding) => finding.rule === id),
        exercised.get(id) ?? 0,
      ),
    })),
    findings,
  };
}

async function shrunkFinding<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  arbitrary: fc.Arbitrary<CaseOf[A]>,
  breach: Breach,
  options: SearchOptions,
): Promise<Finding> {
  const { rule, aspect } = breach.mismatch;
  const { testCase, executions } = await shrink(
    suite,
    implementation,
    arbitrary,
    breach.drawn,
    breach.mismatch,
  );
  const { verdict, observation } = judgeAnswer(suite, testCase, await ask(implementation, testCase));
  const mismatch = verdict.mismatches.find((found) => sameBreach(found, breach.mismatch)) ?? breach.mismatch;
  const reason = options.expected?.({ rule, aspect });
  return {
    version: 1,
    id: findingId(rule, aspect, testCase),
    area: suite.area,
    rule,
    aspect,
    level: suite.rules.find((known) => known.id === rule)?.level ?? 'must',
    implementation: implementation.name,
    seed: options.seed,
    case: testCase,
    expected: mismatch.expected,
    observed: mismatch.observed,
    observation,
    found: { afterCases: breach.afterCases, executions },
    ...(reason === undefined ? {} : { expectedFailure: reason }),
  };
}

/** Rule, aspect and a hash of the case: the same bug in normal form has the same id on every machine. */
export function findingId(rule: string, aspect: Aspect, testCase: unknown): string {
  return `${rule}/${aspect}/${createHash('sha256').update(toJson(testCase)).digest('hex').slice(0, 8)}`;
}

function ruleStatus(findings: readonly Finding[], exercised: number): RuleStatus {
  const failing = findings.filter((finding) => finding.level !== 'may');
  if (failing.some((finding) => finding.expectedFailure === undefined)) return 'fail';
  if (failing.length > 0) return 'expected-failure';
  return exercised === 0 ? 'not-exercised' : 'pass';
}
