/** Asks the implementation the cases of a chunk, a sample of them twice, and has the answers judged. */
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { BatchAnswer, Implementation } from '../../spec/implementation.ts';
import type { Area, Case, CaseOf } from '../../spec/schema.ts';
import { type Account, Accounting } from './account.ts';
import { ask } from './answer.ts';
import type { AreaSuite } from './area-suite.ts';
import { depthOf } from './judging.ts';
import type { Pace } from './pace.ts';
import { isSampled } from './repeat.ts';
import type { Origin } from './shrink.ts';

/** What a search asks with. */
export interface Asking<A extends Area> {
  readonly suite: AreaSuite<A>;
  readonly implementation: Implementation;
  readonly pace: Pace;
  /** Called after every part of a chunk. */
  readonly alive: () => void;
  /** Asked before a chunk: no rule has to be counted any more. */
  readonly isCounted?: () => boolean;
}

/** Cases in a row. */
export interface Chunk<A extends Area> {
  readonly cases: Iterable<CaseOf[A]>;
  /** Where a case comes from, given its index in the chunk. */
  readonly originOf: (testCase: CaseOf[A], index: number) => Origin<A>;
  /** Cases of the search before it. */
  readonly before: number;
}

/** Between two accounts, unless there is news. */
const ACCOUNT_EVERY_MS = 100;

/** One account after the other; whatever gives no answer is the last case of one. */
export async function* accountsOf<A extends Area>(
  { suite, implementation, pace, alive, isCounted }: Asking<A>,
  { cases, originOf, before }: Chunk<A>,
): AsyncGenerator<Account<A>, void> {
  const accounting = new Accounting(suite);
  const depth = isCounted?.() === true ? () => 'look' as const : depthOf;
  const isRepeated = (index: number) => implementation.isRecorded !== true && isSampled(index);
  const parts = pace.parts(cases);
  // Most cases are drawn when they are asked for.
  const nextPart = () => accounting.spending.on('draw', () => parts.next().value);
  let told = performance.now();
  let index = 0;
  for (let part = nextPart(); part !== undefined; part = nextPart()) {
    // A sample is asked twice, within the batch where there is one: a round trip of its own costs more.
    const sample = part.filter((_testCase, offset) => isRepeated(index + offset));
    const together = () => implementation.runBatch?.([...part, ...sample]) ?? atOnce(implementation, part);
    const asked = accounting.spending.on('implementation', together);
    const answers = asked instanceof Promise ? await asked : asked;
    const seconds = answers.slice(part.length);
    for (const [offset, testCase] of part.entries()) {
      const alone = () => ask(implementation, testCase);
      let answer = answers[offset] ?? accounting.spending.on('implementation', alone);
      if (answer instanceof Promise) answer = await answer;
      let again = isRepeated(index)
        ? (seconds.shift() ?? askAgain(implementation, testCase, answer))
        : undefined;
      if (again instanceof Promise) again = await again;
      const origin = originOf(testCase, index);
      accounting.add(origin, testCase, answer, again, depth(before + index));
      index++;
      if (!accounting.hasFailure) continue;
      accounting.countRest(alive);
      yield accounting.take();
    }
    alive();
    if (!accounting.isNews && performance.now() - told < ACCOUNT_EVERY_MS) continue;
    yield accounting.take();
    told = performance.now();
    // The event loop of the thread gets its turn: messages of other threads are among what waits there.
    await eventLoopTurn();
  }
  accounting.countRest(alive);
  yield accounting.take();
  await eventLoopTurn();
}

/**
 * The answers to `cases` up to the first that is not there at once, or a failure: what follows is asked one by one.
 * In turn with judging, each would have to bring its code back into a processor that holds little of it.
 */
function atOnce(
  implementation: Implementation,
  cases: readonly Case[],
): readonly (BatchAnswer | Promise<BatchAnswer>)[] {
  const answers: (BatchAnswer | Promise<BatchAnswer>)[] = [];
  for (const testCase of cases) {
    const answer = ask(implementation, testCase);
    answers.push(answer);
    if (answer instanceof Promise || 'error' in answer) break;
  }
  return answers;
}

/** What gave no answer is not asked again: it may take as long as the first time. */
function askAgain(
  implementation: Implementation,
  testCase: Case,
  first: BatchAnswer,
): BatchAnswer | Promise<BatchAnswer> | undefined {
  return 'error' in first ? undefined : ask(implementation, testCase);
}
