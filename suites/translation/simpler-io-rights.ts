/** Simpler cases: rights of the second stage where they are without SSIRWE (11.4.5). */
import { withIoRights } from '../../models/reference/io-rights.ts';
import { bit } from '../../spec/bits.ts';
import type { TranslationCase } from '../../spec/schema.ts';

const SSIRWE = bit(7);
const IO_RIGHTS = bit(61) | bit(62);

/** Words that are no second-stage entries may be changed as well: the judge says whether that matters. */
export function* withoutIoRights(testCase: TranslationCase): Iterable<TranslationCase> {
  const { rtaddr } = testCase;
  if ((rtaddr & SSIRWE) === 0n) return;
  const memory = testCase.memory.map(({ address, words }) => ({
    address,
    words: words.map((word) => ((word & IO_RIGHTS) === 0n ? word : withIoRights(word))),
  }));
  yield { ...testCase, rtaddr: rtaddr & ~SSIRWE, memory };
}
