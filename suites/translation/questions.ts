/**
 * What tells more of a breach than its shrunk case: plain tables of plainer modes. A mistake of the second stage shows in
 * legacy mode, where less has to be read; and who refuses too much does so where all is plain.
 */
import type { Mismatch, TranslationCase } from '../../spec/schema.ts';
import { scenes } from './scenes.ts';

export function* questions(
  testCase: TranslationCase,
  _breach: Pick<Mismatch, 'rule'>,
  isShrunk: boolean,
): Iterable<readonly TranslationCase[]> {
  yield testCase.requests.flatMap((request) => [...scenes({ ...testCase, requests: [request] }, !isShrunk)]);
}
