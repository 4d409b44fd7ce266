/** Runs one case and judges the answer; a missing answer breaks the area's `answers` rule. */
import {
  type BatchAnswer,
  CaseSkipped,
  type Implementation,
  ImplementationFailure,
} from '../../spec/implementation.ts';
import { answersRuleId, repeatableRuleId } from '../../spec/rules/answers.ts';
import type { Area, Case, CaseOf, Mismatch, Observation, ObservationOf } from '../../spec/schema.ts';
import type { AreaSuite, Verdict } from './area-suite.ts';
import { judgeAsFar } from './judging.ts';

/** An ImplementationFailure as plain data. */
export type Failure = Pick<ImplementationFailure, 'kind' | 'message' | 'stderr'>;

export interface Judged {
  readonly verdict: Verdict;
  /** null when the implementation gave no answer. */
  readonly observation: Observation | null;
  /** Why there was no answer. */
  readonly failure?: Failure;
  /** Why the case was passed over: there is nothing to judge. */
  readonly skip?: string;
}

/** Judges one answer, or its absence; unless `inFull`, no further than to find it right. */
export function judgeAnswer<A extends Area>(
  suite: AreaSuite<A>,
  testCase: CaseOf[A],
  answer: BatchAnswer,
  inFull = true,
): Judged {
  if ('observation' in answer) {
    const { observation, unrepeated } = answer;
    const verdict = judgeAsFar(suite, testCase, observation as ObservationOf[A], inFull);
    if (unrepeated === undefined) return { verdict, observation };
    const mismatches = [...verdict.mismatches, unrepeatedFailure(suite.area, unrepeated)];
    return { verdict: { ...verdict, mismatches }, observation, failure: plain(unrepeated) };
  }
  if ('skip' in answer) {
    return { verdict: { exercised: [], mismatches: [] }, observation: null, skip: answer.skip };
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

function unrepeatedFailure(area: Area, { kind, message }: ImplementationFailure): Mismatch {
  return {
    rule: repeatableRuleId(area),
    aspect: 'outcome',
    expected: 'the same whenever it is asked',
    observed: `${kind}: ${message}; not again when this case and those in flight beside it were asked one by one`,
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
  if (error instanceof CaseSkipped) return { skip: error.message };
  return { error: error instanceof Error ? error : new Error(String(error)) };
}

/** An exception that says nothing about itself is a crash of the code that threw it. */
function asFailure(error: Error): Failure {
  if (error instanceof ImplementationFailure) return plain(error);
  return { kind: 'crash', message: error.message, stderr: '' };
}

function plain({ kind, message, stderr }: Failure): Failure {
  return { kind, message, stderr };
}

/** The answers to `cases`, in order: together where the implementation takes them so, else one by one. */
export async function askAll(
  implementation: Implementation,
  cases: readonly Case[],
): Promise<readonly BatchAnswer[]> {
  if (implementation.runBatch !== undefined) return implementation.runBatch(cases);
  const answers: BatchAnswer[] = [];
  for (const testCase of cases) {
    const answer = ask(implementation, testCase);
    answers.push(answer instanceof Promise ? await answer : answer);
  }
  return answers;
}
