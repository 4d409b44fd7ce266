/**
 * A breach that is seen by its consequences is named after them. The area's questions tell more: cases that show the
 * same mistake where it was made, or without one of the things that may have made it. Most are asked of the shrunk
 * case, which holds little beside its cause.
 */
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, CaseOf, Mismatch } from '../../spec/schema.ts';
import { askAll, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { sameBreach } from './probe.ts';
import { binding } from './repeat.ts';

/** Each round gives the breach another name; more of them lead back to one that it had. */
const MOST_ROUNDS = 4;

/** A case, and what it breaks. */
export interface Shown<A extends Area> {
  readonly testCase: CaseOf[A];
  readonly mismatch: Mismatch;
}

/** What the questions of the area come to, and the executions that they took. */
export interface Closer<A extends Area> extends Shown<A> {
  readonly executions: number;
}

/** `shown` itself where no question tells more. What is expected anyway tells nothing of a surprise. */
export async function closerLook<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  shown: Shown<A>,
  isShrunk: boolean,
  isExpected: (mismatch: Mismatch) => boolean = () => false,
): Promise<Closer<A>> {
  let current = shown;
  let executions = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let next: Shown<A> | undefined;
    for (const question of suite.questions?.(current.testCase, current.mismatch, isShrunk) ?? []) {
      executions += question.length;
      next = await firstOther(suite, implementation, question, current.mismatch, isExpected);
      if (next !== undefined) break;
    }
    if (next === undefined) break;
    current = next;
  }
  return { ...current, executions };
}

/** The first of `cases` that breaks a binding rule unexpectedly, when it is another rule than that of `breach`. */
async function firstOther<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  cases: readonly CaseOf[A][],
  breach: Mismatch,
  isExpected: (mismatch: Mismatch) => boolean,
): Promise<Shown<A> | undefined> {
  const answers = await askAll(implementation, cases);
  for (const [index, testCase] of cases.entries()) {
    const { verdict, failure } = judgeAnswer(suite, testCase, answers[index] ?? { skip: 'not asked' });
    if (failure !== undefined) return undefined;
    const broken = binding(suite, verdict.mismatches);
    if (broken.some((mismatch) => sameBreach(mismatch, breach))) return undefined;
    const mismatch = broken.find((one) => suite.mayName?.(one, breach) !== false && !isExpected(one));
    if (mismatch !== undefined) return { testCase, mismatch };
  }
  return undefined;
}
