/**
 * Simpler entries: a word less, a bit less, a bit at a lower place. The number of set bits and then the sum
 * of their places falls with each, so it ends; every case has one list of simpler ones, in one order.
 */
import type { EntryCase } from '../../spec/schema.ts';

const BITS = 64n;

/** Most drastic first. */
export function* simplerEntries(testCase: EntryCase): Iterable<EntryCase> {
  const { words } = testCase;
  const withWord = (index: number, word: bigint): EntryCase => ({
    ...testCase,
    words: words.with(index, word),
  });
  for (const [index, word] of words.entries()) if (word !== 0n) yield withWord(index, 0n);
  for (const [index, word] of words.entries()) {
    for (let bit = BITS - 1n; bit >= 0n; bit--) {
      if (isSet(word, bit)) yield withWord(index, word ^ (1n << bit));
    }
  }
  for (const [index, word] of words.entries()) {
    for (let bit = 1n; bit < BITS; bit++) {
      if (!isSet(word, bit)) continue;
      for (let lower = 0n; lower < bit; lower++) {
        if (!isSet(word, lower)) yield withWord(index, word ^ (1n << bit) ^ (1n << lower));
      }
    }
  }
}

function isSet(word: bigint, bit: bigint): boolean {
  return ((word >> bit) & 1n) === 1n;
}
