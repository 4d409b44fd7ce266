/**
 * `--impl process:COMMAND LINE`: an implementation in any language, which reads cases from its stdin and
 * writes answers to its stdout, one JSON object a line. docs/contract.md describes the messages.
 */
import {
  type BatchAnswer,
  CaseSkipped,
  type Implementation,
  ImplementationFailure,
} from '../../spec/implementation.ts';
import type { Case } from '../../spec/schema.ts';
import { OpenError } from '../open-error.ts';
import { Batch } from './batch.ts';
import { CaseRunner } from './case-runner.ts';
import { wordsOf } from './command-line.ts';
import { Guard } from './guard.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { quoted } from './printable.ts';
import { startChild } from './start-child.ts';

/** Starts the command. Rejects with an OpenError: `usage` for the command line, `start` for the process. */
export async function openProcess(
  commandLine: string,
  limits: Limits = defaultLimits,
): Promise<Implementation> {
  const command = wordsOf(commandLine);
  const guard = new Guard();
  const { child, claims } = await startChild(command, limits, guard).catch((error: unknown) => {
    guard.close();
    return refuse(command, error);
  });
  const runner = new CaseRunner(command, claims, limits, guard, child);
  const inTurn = turns();
  const answer = (batch: Batch): Promise<readonly BatchAnswer[]> =>
    inTurn(async () => {
      await runner.work(batch);
      return batch.answers(runner.broken);
    });
  return {
    ...claims,
    async run(testCase) {
      const [only] = await answer(new Batch([testCase], limits));
      if (only === undefined) throw new ImplementationFailure('protocol', 'no answer');
      if ('observation' in only) return only.observation;
      throw 'error' in only ? only.error : new CaseSkipped(only.skip);
    },
    runBatch: (cases: readonly Case[]) => answer(new Batch(cases, limits)),
    renew: () => inTurn(() => runner.renew()),
    stderr: () => runner.stderr,
    async close() {
      await runner.close();
      guard.close();
    },
  };
}

/** One batch at a time: a process that is asked by two would answer to the wrong one. */
function turns(): <O>(action: () => Promise<O>) => Promise<O> {
  let before: Promise<unknown> = Promise.resolve();
  return (action) => {
    const turn = before.then(action);
    before = turn.catch(() => undefined);
    return turn;
  };
}

function refuse([program = '']: readonly string[], error: unknown): never {
  if (!(error instanceof ImplementationFailure)) throw error;
  const lastWords = error.stderr.trim().split('\n').at(-1);
  const stderr = lastWords ? `; it wrote ${quoted(lastWords)}` : '';
  throw new OpenError('start', `process ${quoted(program)} did not start: ${error.message}${stderr}`);
}
