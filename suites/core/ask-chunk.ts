/** Asks the implementation the cases of a chunk, a sample of them twice, and has the answers judged and tallied. */
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { BatchAnswer, Implementation } from '../../spec/implementation.ts';
import type { Area, Case, CaseOf } from '../../spec/schema.ts';
import { ask } from './answer.ts';
import type { Pace } from './pace.ts';
import { isSampled } from './repeat.ts';
import type { Origin } from './shrink.ts';
import type { Spending } from './spending.ts';
import type { Tally } from './tally.ts';

/** What a search asks with. */
export interface Asking<A extends Area> {
  readonly implementation: Implementation;
  readonly tally: Tally<A>;
  readonly spending: Spending;
  readonly pace: Pace;
  /** Called after every part of a chunk. */
  readonly tell: () => void;
  /** True as soon as nothing more is to be asked. */
  readonly isOver: () => boolean;
}

/** Where a case comes from, given its index in the chunk. */
type OriginOf<A extends Area> = (testCase: CaseOf[A], index: number) => Origin<A>;

export async function askChunk<A extends Area>(
  asking: Asking<A>,
  cases: Iterable<CaseOf[A]>,
  originOf: OriginOf<A>,
): Promise<void> {
  let start = 0;
  const parts = asking.pace.parts(cases);
  // Most cases are drawn when they are asked for.
  const nextPart = () => asking.spending.on('draw', () => parts.next().value);
  for (let part = nextPart(); part !== undefined; part = nextPart()) {
    await askPart(asking, part, start, originOf);
    start += part.length;
    asking.tell();
    if (asking.isOver()) break;
  }
  // The event loop of the thread gets its turn: Vitest's own messages are among what waits there.
  await eventLoopTurn();
}

/** `start` is the index of the first case in the chunk. */
async function askPart<A extends Area>(
  { implementation, tally, spending, isOver }: Asking<A>,
  part: readonly CaseOf[A][],
  start: number,
  originOf: OriginOf<A>,
): Promise<void> {
  const isRepeated = (index: number) => implementation.isRecorded !== true && isSampled(index);
  // A sample is asked twice, within the batch where there is one: a round trip of its own costs more.
  const sample = part.filter((_testCase, offset) => isRepeated(start + offset));
  const answers = await spending.on('implementation', () => implementation.runBatch?.([...part, ...sample]));
  const seconds = answers?.slice(part.length);
  for (const [offset, testCase] of part.entries()) {
    const index = start + offset;
    let answer = answers?.[offset] ?? spending.on('implementation', () => ask(implementation, testCase));
    if (answer instanceof Promise) answer = await answer;
    let again = isRepeated(index)
      ? (seconds?.shift() ?? askAgain(implementation, testCase, answer))
      : undefined;
    if (again instanceof Promise) again = await again;
    const work = tally.add(originOf(testCase, index), testCase, answer, again);
    if (work !== undefined) await work;
    if (isOver()) return;
  }
}

/** What gave no answer is not asked again: it may take as long as the first time. */
function askAgain(
  implementation: Implementation,
  testCase: Case,
  first: BatchAnswer,
): BatchAnswer | Promise<BatchAnswer> | undefined {
  return 'error' in first ? undefined : ask(implementation, testCase);
}
