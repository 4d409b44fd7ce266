/**
 * What tells more of a breach than the case that shows it: plain tables of plainer modes, and one bit less. A mistake of
 * the second stage shows in legacy mode, where less has to be read; who refuses too much does so where all is plain; and
 * of several bits that ought not to matter one may do so.
 */
import type { Mismatch, TranslationCase } from '../../spec/schema.ts';
import { withRun } from '../core/trimmed-runs.ts';
import { fine } from './lower-values.ts';
import { scenes } from './scenes.ts';

const OF_IGNORED_BITS = 'translation.ignored.';

export function* questions(
  testCase: TranslationCase,
  { rule }: Pick<Mismatch, 'rule'>,
  isShrunk: boolean,
): Iterable<readonly TranslationCase[]> {
  yield testCase.requests.flatMap((request) => [...scenes({ ...testCase, requests: [request] }, !isShrunk)]);
  if (isShrunk && rule.startsWith(OF_IGNORED_BITS)) yield withoutBits(testCase);
}

/** Without one of the bits of the entry that was read last. */
function withoutBits(testCase: TranslationCase): readonly TranslationCase[] {
  const last = testCase.memory.length - 1;
  const words = testCase.memory[last]?.words ?? [];
  return words.flatMap((word, at) =>
    fine(word).map((lower) => withRun(testCase, last, words.with(at, lower))),
  );
}
