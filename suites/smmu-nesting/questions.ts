/**
 * What tells more of a breach than its shrunk case: what goes wrong without any failure is not about failures, what is
 * not done at all is not about order, and what a failure left undone shows where nothing behind it does the same later.
 */
import type { Mismatch, SmmuNestingCase } from '../../spec/schema.ts';

const OF_FAILURES = 'smmu-nesting.failure.';
const OF_ORDER = 'smmu-nesting.forward.order';
const OPCODE = 0xffn;
const SYNC = 0x46n;
const RESERVED = 0x00n;

type Step = SmmuNestingCase['steps'][number];
type Command = bigint[];

export function* questions(
  testCase: SmmuNestingCase,
  { rule }: Pick<Mismatch, 'rule'>,
  isShrunk: boolean,
): Iterable<readonly SmmuNestingCase[]> {
  if (!isShrunk) return;
  const last = testCase.steps.at(-1);
  if (last?.step === 'acknowledge') yield [acknowledged(testCase)];
  if (rule.startsWith(OF_FAILURES)) yield [{ ...testCase, failing: [] }];
  if (rule !== OF_ORDER || (last?.step !== 'commands' && last?.step !== 'acknowledge')) return;
  const { commands = [] } = last;
  if (commands.length > 0) yield [withLast(testCase, { ...last, commands: lastPart(commands) })];
  if (testCase.failing.length === 0) return;
  yield [[[SYNC, 0n]], firstPart(commands)]
    .filter((shorter) => shorter.length > 0)
    .map((shorter) => withLast(testCase, { ...last, commands: shorter }));
}

/** An error of the queue alone, acknowledged. */
function acknowledged(testCase: SmmuNestingCase): SmmuNestingCase {
  const commands = [[RESERVED, 0n]];
  return { ...testCase, steps: [{ step: 'commands', commands }, { step: 'acknowledge' }], failing: [] };
}

function withLast(testCase: SmmuNestingCase, last: Step): SmmuNestingCase {
  return { ...testCase, steps: testCase.steps.with(-1, last) };
}

/** Up to the first CMD_SYNC; empty where there is none. */
function firstPart(commands: Command[]): Command[] {
  return commands.slice(0, commands.findIndex(isSync) + 1);
}

/** What the last CMD_SYNC completes that no earlier one does. */
function lastPart(commands: Command[]): Command[] {
  const before = commands.findLastIndex((command, index) => isSync(command) && index < commands.length - 1);
  return commands.slice(before + 1);
}

function isSync([low = 0n]: Command): boolean {
  return (low & OPCODE) === SYNC;
}
