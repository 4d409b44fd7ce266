/**
 * Which bits of a shrunk case it takes: each bit of its words is changed alone, and where the breach is gone the bit
 * matters. What is left over is free, so that a reader knows at once what the bug looks at.
 */
import { type BatchAnswer, type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import type { Area, Case, CaseOf, Finding, Mismatch } from '../../spec/schema.ts';
import { ask, judgeAnswer } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { wordsOf } from './case-words.ts';
import { sameBreach } from './probe.ts';

/** Of a case with more words nobody studies the bits, and each costs 64 executions. */
const MOST_WORDS = 24;

/**
 * Of a case about entries by themselves every word, else those that are not zero. Undefined when there are none, or
 * too many, or when a program failed to answer: to start it again so often takes too long.
 */
export async function bitsThatMatter<A extends Area>(
  suite: AreaSuite<A>,
  implementation: Implementation,
  testCase: CaseOf[A],
  breach: Pick<Mismatch, 'rule' | 'aspect'>,
): Promise<Finding['bits']> {
  const words = wordsOf(testCase).filter(({ value }) => value !== 0n || !('memory' in testCase));
  if (words.length === 0 || words.length > MOST_WORDS) return undefined;
  const bits: NonNullable<Finding['bits']> = [];
  for (const { place, value, replaced } of words) {
    const varied = Array.from({ length: 64 }, (_, bit) => replaced(value ^ (1n << BigInt(bit))) as CaseOf[A]);
    const answers = await answersTo(implementation, varied);
    if (answers === undefined) return undefined;
    let matters = 0n;
    for (const [bit, testCase] of varied.entries()) {
      const { verdict } = judgeAnswer(suite, testCase, answers[bit] ?? { skip: 'not asked' });
      if (!verdict.mismatches.some((found) => sameBreach(found, breach))) matters |= 1n << BigInt(bit);
    }
    bits.push({ place, value, matters });
  }
  return bits;
}

/** Undefined as soon as the program died, hung or answered nonsense. */
async function answersTo(
  implementation: Implementation,
  cases: readonly Case[],
): Promise<readonly BatchAnswer[] | undefined> {
  if (implementation.runBatch !== undefined) {
    const answers = await implementation.runBatch(cases);
    return answers.some(hasFailed) ? undefined : answers;
  }
  const answers: BatchAnswer[] = [];
  for (const testCase of cases) {
    const answer = await ask(implementation, testCase);
    if (hasFailed(answer)) return undefined;
    answers.push(answer);
  }
  return answers;
}

/** An exception in this process costs nothing, and is an answer like another. */
function hasFailed(answer: BatchAnswer): boolean {
  return 'error' in answer && answer.error instanceof ImplementationFailure;
}
