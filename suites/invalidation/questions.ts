/**
 * What tells more of a breach in a stream than the stream does: bits that a unit ignores are cleared, registers of the
 * queue are read behind each descriptor, what shows after an error is asked of each descriptor alone, and so is each
 * wait, and of a stale answer it is asked whether it is old at all, which of the caches has it, and whether a command
 * is to drop it.
 */
import type { InvalidationCase, Mismatch, StreamStep } from '../../spec/schema.ts';
import { leafScenes } from './scenes.ts';
import { withEntriesDropped, withoutHistory, withStrangePages } from './stale-questions.ts';
import { withoutIgnoredBits } from './without-ignored-bits.ts';

/** What a register command did is taken from what follows, until software reads what it was. */
const OF_COMMANDS = /^invalidation\.register\.(ccmd|iotlb)-granularity$/;
/** What a queue does after an error depends on what it takes for one. */
const AFTER_ERROR = /^invalidation\.queue\.(recovery|stays-at-error|no-fetch-while-error)$/;
/** A status in memory is what the last of several waits left there. */
const OF_WAITS = /^invalidation\.wait\.(status|order)$/;
/** A register shows what more than one thing may have done to it. */
const OF_EVENTS = /^invalidation\.wait\.interrupt-unmasked$/;
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
  if (OF_WAITS.test(rule)) yield waitsAlone(testCase);
  if (OF_EVENTS.test(rule) || (STALE.test(rule) && testCase.steps.some(isCommand)))
    yield [withoutSubmits(testCase)];
  if (OF_TABLES.test(rule)) yield leafScenes(testCase);
  if (!STALE.test(rule)) return;
  yield withoutHistory(testCase);
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

const TYPE = 0xe0fn;
const WAIT = 5n;
const STATUS = 1n << 32n;
/** Status data (6.5.2.9). */
const DATA = 0xffff_ffffn << 32n;

/** Each wait in a queue of its own, with a status that can be seen, and what is in memory then. */
function waitsAlone(testCase: InvalidationCase): readonly InvalidationCase[] {
  const waits = testCase.steps
    .flatMap((step) => (step.step === 'submit' ? step.descriptors : []))
    .filter(([low = 0n]) => (low & TYPE) === WAIT);
  return waits.map(([low = 0n, address = 0n, ...others]) => ({
    ...testCase,
    steps: [
      { step: 'submit', descriptors: [[(low & DATA) === 0n ? low | STATUS : low, address, ...others]] },
      { step: 'load', address },
    ],
  }));
}

function isCommand(step: StreamStep): boolean {
  return step.step === 'write' && step.register === 'GCMD';
}

/** What the stream tells the unit by registers alone. */
function withoutSubmits(testCase: InvalidationCase): InvalidationCase {
  return { ...testCase, steps: testCase.steps.filter(({ step }) => step !== 'submit') };
}
