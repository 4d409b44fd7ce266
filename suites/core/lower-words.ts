/** Cases with one word lower: zero first, then what `lower` gives. */
import type { MemoryRun } from '../../spec/schema.ts';
import type { Lower } from './lower-values.ts';
import { trimmed } from './trimmed-runs.ts';

export function* lowerWords(words: readonly bigint[], lower: Lower): Iterable<bigint[]> {
  for (const [index, word] of words.entries()) {
    for (const value of [0n, ...lower(word)]) if (value !== word) yield words.with(index, value);
  }
}

/** In memory; a run loses zeros at its ends. */
export function* lowerMemory<C extends { readonly memory: readonly MemoryRun[] }>(
  testCase: C,
  lower: Lower,
): Iterable<C> {
  const { memory } = testCase;
  for (const [at, { address, words }] of memory.entries()) {
    const plain = trimmed(address, words);
    if (plain[0]?.words.length !== words.length)
      yield { ...testCase, memory: memory.toSpliced(at, 1, ...plain) };
    for (const lowered of lowerWords(words, lower)) {
      yield { ...testCase, memory: memory.toSpliced(at, 1, ...trimmed(address, lowered)) };
    }
  }
}
