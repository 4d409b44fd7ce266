/**
 * The boundary around code that is not ours: every observation is checked by the schema, an exception is
 * a crash, a promise that is not settled in time is a hang. What comes out keeps the contract.
 */
import * as v from 'valibot';
import {
  type BatchAnswer,
  CaseSkipped,
  type Implementation,
  ImplementationFailure,
} from '../spec/implementation.ts';
import { firstProblem } from '../spec/problem.ts';
import { type Area, type Case, type Observation, observationSchemas } from '../spec/schema.ts';
import { messageOf } from './open-error.ts';
import { RunningTimeLimit } from './running-time-limit.ts';

/** Time for one answer, or for one batch. A case is microseconds of work; this is for what is stuck. */
const TIME_LIMIT_MS = 10_000;

/** `inner` behind the boundary. It stays synchronous when `inner` is. */
export function checked(inner: Implementation, timeLimitMs = TIME_LIMIT_MS): Implementation {
  const outer: Implementation = {
    name: inner.name,
    ...(inner.version === undefined ? {} : { version: inner.version }),
    profile: inner.profile,
    areas: inner.areas,
    ...(inner.costlyAlone ? { costlyAlone: true } : {}),
    run(testCase) {
      const answer = orCrash(() => inner.run(testCase));
      return answer instanceof Promise
        ? inTime(answer, timeLimitMs).then((settled) => observationOf(testCase.area, settled))
        : observationOf(testCase.area, answer);
    },
    ...(inner.renew ? { renew: () => renewed(inner, timeLimitMs) } : {}),
    close: () => inner.close?.(),
  };
  if (inner.runBatch === undefined) return outer;
  const runBatch = async (cases: readonly Case[]): Promise<readonly BatchAnswer[]> => {
    try {
      const answers = await inTime(
        orCrash(() => inner.runBatch?.(cases) ?? []),
        timeLimitMs,
      );
      return cases.map((testCase, index) => batchAnswer(testCase, answers[index]));
    } catch (error) {
      const reason = failure(error);
      if (reason instanceof CaseSkipped) return cases.map(() => ({ skip: reason.message }));
      return cases.map(() => ({ error: reason }));
    }
  };
  return { ...outer, runBatch };
}

/** Resolves whatever comes of it: who can't be renewed is asked as it is, and the answers show what that does. */
async function renewed(inner: Implementation, limitMs: number): Promise<void> {
  try {
    await inTime(inner.renew?.(), limitMs);
  } catch {
    return;
  }
}

function batchAnswer(testCase: Case, answer: unknown): BatchAnswer {
  if (typeof answer === 'object' && answer !== null) {
    if ('skip' in answer) return { skip: String(answer.skip) };
    if ('error' in answer) return { error: failure(answer.error) };
    if ('observation' in answer) {
      try {
        return { observation: observationOf(testCase.area, answer.observation) };
      } catch (error) {
        return { error: failure(error) };
      }
    }
  }
  return { error: new ImplementationFailure('protocol', 'the batch has no answer for this case') };
}

function observationOf(area: Area, answer: unknown): Observation {
  const parsed = v.safeParse(observationSchemas[area], answer);
  if (parsed.success) return parsed.output;
  throw new ImplementationFailure('protocol', `bad observation: ${firstProblem(parsed.issues)}`);
}

function orCrash<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw failure(error);
  }
}

async function inTime<T>(answer: T | Promise<T>, limitMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  // Looked at in this very thread: of a time in which it could not run, one look counts.
  const limit = new RunningTimeLimit(
    limitMs,
    () => 0,
    () => reject(new ImplementationFailure('hang', `no answer in ${limitMs / 1000} s`)),
  );
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    throw failure(error);
  } finally {
    limit.stop();
  }
}

function failure(thrown: unknown): ImplementationFailure | CaseSkipped {
  // A module of somebody else may not share our class: the name tells.
  if (thrown instanceof Error && thrown.name === 'CaseSkipped') return new CaseSkipped(thrown.message);
  return thrown instanceof ImplementationFailure || thrown instanceof CaseSkipped
    ? thrown
    : new ImplementationFailure('crash', messageOf(thrown));
}
