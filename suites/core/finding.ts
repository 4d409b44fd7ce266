/** A breach becomes a finding: shrunk, asked once more, and named so that one bug has one id everywhere. */
import type * as fc from 'fast-check';
import type { Implementation } from '../../spec/implementation.ts';
import { answersRuleId, contractRules } from '../../spec/rules/answers.ts';
import type {
  Area,
  Aspect,
  Case,
  CaseOf,
  ExpectedFailure,
  Finding,
  Mismatch,
  Profile,
} from '../../spec/schema.ts';
import { ask, type Judged, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { caseHash, causeOf } from './cause.ts';
import { expectationOf } from './expectation.ts';
import type { ShrinkingToll } from './giving-up.ts';
import { pinDown } from './pin-down.ts';
import { sameBreach } from './probe.ts';
import { afterOthers, chance, isAboutChance } from './repeat.ts';
import type { Origin } from './shrink.ts';

/** The first case that broke a rule in one aspect. */
export interface Breach<A extends Area> {
  readonly mismatch: Mismatch;
  readonly testCase: CaseOf[A];
  /** Where the case comes from. */
  readonly origin: Origin<A>;
  readonly judged: Judged;
  /** Cases that had been judged, this one included. */
  readonly afterCases: number;
}

/** Everything that stays the same for all breaches of one search. */
export interface SearchGround<A extends Area> {
  readonly suite: AreaSuite<A>;
  readonly implementation: Implementation;
  readonly arbitrary: fc.Arbitrary<CaseOf[A]>;
  /** What `arbitrary` draws under, the simplest first. */
  readonly profiles: readonly Profile[];
  readonly seed: string;
  /** Of this area. */
  readonly expectedFailures: readonly ExpectedFailure[];
  readonly onExecution: () => void;
  /** What shrinking has cost so far. */
  readonly toll: ShrinkingToll;
  readonly onFinding?: ((finding: Finding) => void) | undefined;
}

/**
 * Writes `breach` up. A surprise is shrunk; what is expected keeps the case that it was found with, since
 * nobody will study it and shrinking is most of the time that a run with findings takes; so does what was
 * answered elsewhere, where simpler cases were not asked. A breach that does
 * not come again becomes a finding of the rule that names chance.
 */
export async function findingOf<A extends Area>(
  ground: SearchGround<A>,
  breach: Breach<A>,
): Promise<Finding> {
  const { suite, implementation, toll } = ground;
  const { mismatch } = breach;
  const isFinal = isAboutChance(suite.area, mismatch.rule) || implementation.isRecorded;
  if (isFinal || expectationOf(ground, mismatch)) {
    return written(ground, breach, mismatch, breach.testCase, 0, breach.judged);
  }
  const isDeath = mismatch.rule === answersRuleId(suite.area);
  const {
    testCase,
    mismatch: shown,
    executions,
    deaths,
    reproduced,
  } = await pinDown(ground, breach, isDeath);
  toll.paid(deaths, isDeath);
  // A replay will ask nothing else before.
  await implementation.renew?.();
  const judged = judgeAnswer(suite, testCase, await ask(implementation, testCase));
  const again = reproduced && judged.verdict.mismatches.find((found) => sameBreach(found, shown));
  const inDoubt = reproduced ? afterOthers(suite, shown) : chance(suite, shown);
  const finding = written(ground, breach, again || inDoubt, testCase, executions, judged);
  // Who dies on simpler cases is not asked more of them than a shrink takes.
  const simplest =
    again && !isDeath && deaths === 0 ? await causeOf(ground, { testCase, mismatch: shown }) : undefined;
  if (simplest === undefined) return finding;
  // On the way other breaches count too: what is the same one again in the end has come further by them.
  const last = judgeAnswer(suite, simplest, await ask(implementation, simplest));
  const same = last.verdict.mismatches.find((found) => sameBreach(found, shown));
  const further = same && written(ground, breach, same, simplest, executions, last);
  return { ...(further ?? finding), cause: caseHash(simplest) };
}

function written<A extends Area>(
  ground: SearchGround<A>,
  { afterCases }: Breach<A>,
  mismatch: Mismatch,
  testCase: CaseOf[A],
  executions: number,
  { observation, failure }: Judged,
): Finding {
  const { suite, implementation, seed } = ground;
  const { rule, aspect, expected, observed } = mismatch;
  const stderr = failure?.stderr || implementation.stderr?.();
  const known = expectationOf(ground, mismatch);
  const rules = [...suite.rules, ...contractRules(suite.area)];
  return {
    version: 1,
    id: findingId(rule, aspect, testCase),
    area: suite.area,
    rule,
    aspect,
    level: rules.find(({ id }) => id === rule)?.level ?? 'must',
    implementation: implementation.name,
    seed,
    case: testCase,
    expected,
    observed,
    observation,
    ...(stderr ? { stderr } : {}),
    found: { afterCases, executions },
    ...(known === undefined ? {} : { expectedFailure: known.reason }),
  };
}

/** Rule, aspect and a hash of the case: the same bug in normal form has the same id on every machine. */
export function findingId(rule: string, aspect: Aspect, testCase: Case): string {
  return `${rule}/${aspect}/${caseHash(testCase)}`;
}
