/** Runs one case and judges the answer; a missing answer breaks the area's `answers` rule. */
import { type BatchAnswer, type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import type { Rule } from '../../spec/rule.ts';
import type { Area, Case, CaseOf, Observation, ObservationOf } from '../../spec/schema.ts';
import type { AreaSuite, Verdict } from './area-suite.ts';

/** The rule that stands for "it answers at all", one an area. */
export function answersRule(area: Area): Rule {
  return {
    id: `${area}.answers`,
    areas: [area],
    level: 'must',
    statement: 'Every case gets an answer of the right form: no crash, no hang, no refusal.',
    clause: 'iommu-conformance process protocol',
  };
}

export interface Judged {
  readonly verdict: Verdict;
  /** null when the implementation gave no answer. */
  readonly observation: Observation | null;
  /** Why there was no answer. */
  readonly error?: Error;
}

/** Judges one answer, or its absence. */
export function judgeAnswer<A extends Area>(
  suite: AreaSuite<A>,
  testCase: CaseOf[A],
  answer: BatchAnswer,
): Judged {
  const rule = `${suite.area}.answers`;
  if ('observation' in answer) {
    const { observation } = answer;
    const verdict = suite.judge(testCase, observation as ObservationOf[A]);
    return { verdict: { ...verdict, exercised: [...verdict.exercised, rule] }, observation };
  }
  const { error } = answer;
  const observed = error instanceof ImplementationFailure ? `${error.kind}: ${error.message}` : error.message;
  return {
    verdict: {
      exercised: [rule],
      mismatches: [{ rule, aspect: 'outcome', expected: 'an answer', observed }],
    },
    observation: null,
    error,
  };
}

/** Asks `implementation` for one answer; synchronous when the implementation is. */
export function ask(implementation: Implementation, testCase: Case): BatchAnswer | Promise<BatchAnswer> {
  try {
    const observation = implementation.run(testCase);
    if (!(observation instanceof Promise)) return { observation };
    return observation.then((settled) => ({ observation: settled }), failed);
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): BatchAnswer {
  return { error: error instanceof Error ? error : new Error(String(error)) };
}
