/**
 * What tells more of a breach in a stream than the stream does: bits that a unit ignores are cleared, registers of the
 * queue are read behind each descriptor, what shows after an error is asked of each descriptor alone, and of a stale
 * answer it is asked which of the caches has it.
 */
import type { InvalidationCase, Mismatch, StreamStep } from '../../spec/schema.ts';
import { leafScenes } from './scenes.ts';
import { withEntriesDropped, withStrangePages } from './stale-questions.ts';
import { withoutIgnoredBits } from './without-ignored-bits.ts';

/** What a register command did is taken from what follows, until software reads what it was. */
const OF_COMMANDS = /^invalidation\.register\.(ccmd|iotlb)-granularity$/;
/** What a queue does after an error depends on what it takes for one. */
const AFTER_ERROR = /^invalidation\.queue\.(recovery|stays-at-error|no-fetch-while-error)$/;
/** Answers from what should have been dropped, or never kept. */
const STALE = /^invalidation\.(match|event|caching-mode)\./;
const OF_TABLES = /^invalidation\.match\..*\.(first-stage|second-stage|combined)$/;
const OF_ENTRIES = /\.(pasid|context|context-legacy|context-scalable)$/;

/** Each is a list of streams of which the first that breaks a rule tells more. */
export function* questions(
  testCase: InvalidationCase,
  { rule }: Pick<Mismatch, 'rule'>,
  isShrunk: boolean,
): Iterable<readonly InvalidationCase[]> {
  if (rule.endsWith('-width')) yield [withoutIgnoredBits(testCase)];
  if (!isShrunk) return;
  if (testCase.iqa !== undefined) yield [withLooks(testCase)];
  if (OF_COMMANDS.test(rule)) yield [withCommandsRead(testCase)];
  if (AFTER_ERROR.test(rule)) yield descriptorsAlone(testCase);
  if (OF_TABLES.test(rule)) yield leafScenes(testCase);
  if (!STALE.test(rule)) return;
  const strange = withStrangePages(testCase);
  if (strange.length > 0) yield OF_ENTRIES.test(rule) ? [...strange, withEntriesDropped(testCase)] : strange;
}

const looks: readonly StreamStep[] = (['FSTS', 'IQH', 'ICS', 'IECTL'] as const).map((register) => ({
  step: 'read',
  register,
}));

/** A submission that is repeated more often stays one. */
const MOST_APART = 4;

/** Descriptors are submitted one by one, and what became of each is read before the next step. */
function withLooks(testCase: InvalidationCase): InvalidationCase {
  const steps = testCase.steps.flatMap((step): readonly StreamStep[] => {
    if (step.step === 'write') return [step, ...looks];
    if (step.step !== 'submit') return [step];
    const { descriptors, times = 1 } = step;
    if (times > MOST_APART) return [step, ...looks];
    const each = Array.from({ length: times }, () => descriptors).flat();
    return each.flatMap((words) => [{ step: 'submit', descriptors: [words] }, ...looks]);
  });
  return { ...testCase, steps };
}

function withCommandsRead(testCase: InvalidationCase): InvalidationCase {
  const steps = testCase.steps.flatMap((step): readonly StreamStep[] =>
    step.step === 'write' && (step.register === 'CCMD' || step.register === 'IOTLB')
      ? [step, { step: 'read', register: step.register }]
      : [step],
  );
  return { ...testCase, steps };
}

/** Each descriptor in a queue of its own. */
function descriptorsAlone(testCase: InvalidationCase): readonly InvalidationCase[] {
  const all = testCase.steps.flatMap((step) => (step.step === 'submit' ? step.descriptors : []));
  return all.map((words) => ({ ...testCase, steps: [{ step: 'submit', descriptors: [words] }, ...looks] }));
}
