/**
 * What tells more of a breach than the case that shows it: plain tables of plainer modes, one bit less, a read, and
 * tables that end on the way. A mistake of the second stage shows in legacy mode, where less has to be read; who refuses
 * too much does so where all is plain and allowed; and of several bits that ought not to matter one may do so, or none.
 */
import { walkTrace } from '../../models/reference/translation.ts';
import type { Step } from '../../models/reference/walk.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import type { MemoryRun, Mismatch, TranslationCase } from '../../spec/schema.ts';
import { fine } from '../core/lower-values.ts';
import { withRun } from '../core/trimmed-runs.ts';
import { scenes } from './scenes.ts';

const OF_IGNORED_BITS = 'translation.ignored.';
/** Of the mode, the root table and the context table: the first shows where there is none at all. */
const OF_THE_BEGINNING = /^(RTA|[LS]RT|[LS]CT)\./;

export function* questions(
  testCase: TranslationCase,
  { rule }: Pick<Mismatch, 'rule'>,
  isShrunk: boolean,
): Iterable<readonly TranslationCase[]> {
  const alone = testCase.requests.map((request) => ({ ...testCase, requests: [request] }));
  if (OF_THE_BEGINNING.test(rule)) yield alone.map((one) => ({ ...one, memory: [] }));
  yield alone.flatMap((one) => [...scenes(one, !isShrunk)]);
  if (!isShrunk) {
    yield alone.flatMap(endings);
    return;
  }
  if (rule.startsWith(OF_IGNORED_BITS)) {
    for (const index of testCase.memory.keys())
      yield withoutBits(testCase, testCase.memory.length - 1 - index);
  }
  if (mayRead(testCase)) yield [...scenes(testCase, false, 'read')];
  yield endings(testCase);
}

/** Structures on the way to a PASID table entry in scalable mode. */
const MOST_ON_THE_WAY = 4;
const PRESENT_ALONE = [1n];

/**
 * Tables that end at each structure on the way, where who takes another way finds something else: which entry is used
 * shows before any page does. The PASID table entry is present and says nothing, then it says all that it said.
 */
function endings(testCase: TranslationCase): readonly TranslationCase[] {
  if (testCase.requests.length > 1) return [];
  const steps = walkTrace(testCase, 0).slice(0, MOST_ON_THE_WAY);
  return steps.flatMap((step, last) => {
    const kept = steps.slice(0, last + 1);
    const ended = {
      ...testCase,
      memory: testCase.memory.filter((run) => kept.some((one) => isOf(run, one))),
    };
    const entry = step.name === pasidTable.title ? ended.memory.findIndex((run) => isOf(run, step)) : -1;
    return entry < 0 ? [ended] : [withRun(ended, entry, PRESENT_ALONE), ended];
  });
}

/** The zeros before a run are left out. */
function isOf(run: MemoryRun, { address, words = [] }: Step): boolean {
  return address <= run.address && run.address < address + BigInt(8 * words.length);
}

/** Whether a read is something else, and can be asked for. */
function mayRead({ profile, requests }: TranslationCase): boolean {
  return requests.some(({ op }) => op !== 'read') && (profile.ops?.includes('read') ?? true);
}

/** Without one of the bits of a run. */
function withoutBits(testCase: TranslationCase, index: number): readonly TranslationCase[] {
  const words = testCase.memory[index]?.words ?? [];
  return words.flatMap((word, at) =>
    fine(word).map((lower) => withRun(testCase, index, words.with(at, lower))),
  );
}
