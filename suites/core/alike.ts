/**
 * Some mistakes look the same wherever they are made: a check that is made too often always shows its code, whatever
 * the request should have come to. Such a breach is told by the simplest case that looks like it.
 */
import type { Area, CaseOf, Mismatch } from '../../spec/schema.ts';
import { ask, judgeAnswer } from './answer.ts';
import type { Closer, Shown } from './closer.ts';
import { expectationOf } from './expectation.ts';
import type { SearchGround } from './finding.ts';
import { Probe, sameBreach } from './probe.ts';
import { binding } from './repeat.ts';
import { settled } from './shrink.ts';

/** The case is small already. */
const MOST_EXECUTIONS = 200;

/** `shown` itself where its area knows no such mistakes, or it looks like none of them. */
export async function simplestAlike<A extends Area>(
  ground: SearchGround<A>,
  shown: Shown<A>,
): Promise<Closer<A>> {
  const { suite, implementation, profiles, onExecution } = ground;
  if (suite.look === undefined) return { ...shown, executions: 0 };
  // What the breach looked like before its case was shrunk may be something else.
  const now = (await mismatchesOf(ground, shown.testCase)).find((one) => sameBreach(one, shown.mismatch));
  const look = now && suite.look(now);
  if (look === undefined) return { ...shown, executions: 1 };
  const isAlike = (mismatch: Mismatch) =>
    suite.look?.(mismatch) === look &&
    binding(suite, [mismatch]).length > 0 &&
    expectationOf(ground, mismatch) === undefined;
  const bounds = { maxDeaths: 1, maxExecutions: MOST_EXECUTIONS };
  const probe = new Probe(suite, implementation, isAlike, onExecution, bounds);
  const testCase = await settled(suite, profiles, shown.testCase, probe);
  const mismatch = (await mismatchesOf(ground, testCase)).find(isAlike);
  const executions = probe.executions + 2;
  return mismatch === undefined ? { ...shown, executions } : { testCase, mismatch, executions };
}

async function mismatchesOf<A extends Area>(
  { suite, implementation }: SearchGround<A>,
  testCase: CaseOf[A],
): Promise<readonly Mismatch[]> {
  return judgeAnswer(suite, testCase, await ask(implementation, testCase)).verdict.mismatches;
}
