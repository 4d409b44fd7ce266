/** A breach becomes a finding: shrunk, asked once more, and named so that one bug has one id everywhere. */
import { createHash } from 'node:crypto';
import type * as fc from 'fast-check';
import type { Implementation } from '../../spec/implementation.ts';
import { toJson } from '../../spec/json.ts';
import type { Area, Aspect, CaseOf, ExpectedFailure, Finding, Mismatch, Profile } from '../../spec/schema.ts';
import { ask, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { sameBreach } from './probe.ts';
import { type DrawnAt, drawnCase, shrink } from './shrink.ts';

/** The first case that broke a rule in one aspect. */
export interface Breach {
  readonly mismatch: Mismatch;
  readonly drawn: DrawnAt;
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
}

/**
 * Writes `breach` up. A surprise is shrunk; what is expected keeps the case that it was drawn with, since
 * nobody will study it and shrinking is most of the time that a run with findings takes.
 */
export async function findingOf<A extends Area>(ground: SearchGround<A>, breach: Breach): Promise<Finding> {
  const { suite, implementation, arbitrary } = ground;
  const { rule, aspect } = breach.mismatch;
  const expected = ground.expectedFailures.find((entry) => entry.rule === rule && entry.aspect === aspect);
  const { testCase, executions, reproduced } = expected
    ? { testCase: drawnCase(arbitrary, breach.drawn), executions: 0, reproduced: true }
    : await shrink(
        suite,
        implementation,
        arbitrary,
        ground.profiles,
        breach.drawn,
        breach.mismatch,
        ground.onExecution,
      );
  const { verdict, observation } = judgeAnswer(suite, testCase, await ask(implementation, testCase));
  const mismatch = verdict.mismatches.find((found) => sameBreach(found, breach.mismatch)) ?? breach.mismatch;
  return {
    version: 1,
    id: findingId(rule, aspect, testCase),
    area: suite.area,
    rule,
    aspect,
    level: suite.rules.find((known) => known.id === rule)?.level ?? 'must',
    implementation: implementation.name,
    seed: ground.seed,
    case: testCase,
    expected: mismatch.expected,
    observed: reproduced ? mismatch.observed : `${mismatch.observed} (seen once, not again when run alone)`,
    observation,
    found: { afterCases: breach.afterCases, executions },
    ...(expected === undefined ? {} : { expectedFailure: expected.reason }),
  };
}

/** Rule, aspect and a hash of the case: the same bug in normal form has the same id on every machine. */
export function findingId(rule: string, aspect: Aspect, testCase: unknown): string {
  return `${rule}/${aspect}/${createHash('sha256').update(toJson(testCase)).digest('hex').slice(0, 8)}`;
}
