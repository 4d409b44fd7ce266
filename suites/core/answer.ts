/** Runs one case and judges the answer; a missing answer breaks the area's `answers` rule. */
import { type BatchAnswer, type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import { answersRuleId } from '../../spec/rules/answers.ts';
import type { Area, Case, CaseOf, Observation, ObservationOf } from '../../spec/schema.ts';
import type { AreaSuite, Verdict } from './area-suite.ts';

export interface Judged {
  readonly verdict: Verdict;
  /** null when the implementation gave no answer. */
  readonly observation: Observation | null;
  /** Why there was no answer. */
  readonly failure?: ImplementationFailure;
}

/** Judges one answer, or its absence. */
export function judgeAnswer<A extends Area>(
  suite: AreaSuite<A>,
  testCase: CaseOf[A],
  answer: BatchAnswer,
): Judged {
  if ('observation' in answer) {
    const { observation } = answer;
    return { verdict: suite.judge(testCase, observation as ObservationOf[A]), observation };
  }
  const rule = answersRuleId(suite.area);
  const failure = asFailure(answer.error);
  const observed = `${failure.kind}: ${failure.message}`;
  return {
    verdict: {
      exercised: [],
      mismatches: [{ rule, aspect: 'outcome', expected: 'an answer', observed }],
    },
    observation: null,
    failure,
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

/** An exception that says nothing about itself is a crash of the code that threw it. */
function asFailure(error: Error): ImplementationFailure {
  return error instanceof ImplementationFailure ? error : new ImplementationFailure('crash', error.message);
}
