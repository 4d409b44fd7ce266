/**
 * What tells more of a breach than its shrunk case: what goes wrong without any failure is not about failures, and
 * what a failure left undone shows where nothing behind it does the same later.
 */
import type { Mismatch, SmmuNestingCase } from '../../spec/schema.ts';

const OF_FAILURES = 'smmu-nesting.failure.';
const OF_ORDER = 'smmu-nesting.forward.order';
const OPCODE = 0xffn;
const SYNC = 0x46n;

export function* questions(
  testCase: SmmuNestingCase,
  { rule }: Pick<Mismatch, 'rule'>,
  isShrunk: boolean,
): Iterable<readonly SmmuNestingCase[]> {
  if (!isShrunk) return;
  if (rule.startsWith(OF_FAILURES)) yield [{ ...testCase, failing: [] }];
  if (rule === OF_ORDER && testCase.failing.length > 0) yield withEarlierSync(testCase);
}

/** The last step has nothing but a CMD_SYNC, or nothing behind its first one. */
function withEarlierSync(testCase: SmmuNestingCase): readonly SmmuNestingCase[] {
  const last = testCase.steps.at(-1);
  if (last?.step !== 'commands' && last?.step !== 'acknowledge') return [];
  const { commands = [] } = last;
  const first = commands.slice(0, commands.findIndex(([low = 0n]) => (low & OPCODE) === SYNC) + 1);
  return [[[SYNC, 0n]], first]
    .filter((shorter) => shorter.length > 0)
    .map((shorter) => ({
      ...testCase,
      steps: [...testCase.steps.slice(0, -1), { ...last, commands: shorter }],
    }));
}
