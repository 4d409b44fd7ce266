/**
 * Simpler entries, most drastic first: a word cleared or made 1, a field cleared, a field made 1, a field with its
 * highest bit alone, without one of its bits, shifted down, or one less. Every step lowers the value of one word, so
 * that no chain goes on for ever.
 */
import { extract, insert } from '../spec/bits.ts';
import type { Layout } from '../spec/layouts/layout.ts';

interface Place {
  readonly word: number;
  readonly high: number;
  readonly low: number;
}

/** Every simpler entry. Without a layout each half byte counts as a field. */
export function* simplerWords(words: readonly bigint[], layout?: Layout): Iterable<bigint[]> {
  const places = layout?.fields ?? nibbles(words.length);
  for (const [word, held] of words.entries()) if (held !== 0n) yield words.with(word, 0n);
  for (const [word, held] of words.entries()) if (held > 1n) yield words.with(word, 1n);
  for (const place of places) if (read(words, place) !== 0n) yield write(words, place, 0n);
  for (const place of places) if (read(words, place) > 1n) yield write(words, place, 1n);
  for (const place of places) {
    for (const value of lower(read(words, place))) yield write(words, place, value);
  }
}

/** Lower values than `held` with fewer bits set, or the same bits further down; of a code the next one too. */
function lower(held: bigint): readonly bigint[] {
  if (held < 2n) return [];
  const highest = 1n << BigInt(held.toString(2).length - 1);
  if (held === highest) return [held >> 1n];
  const isCode = held < 16n;
  const without = isCode ? [1n, 2n, 4n].filter((bit) => (held & bit) !== 0n) : [held & -held];
  const next = isCode ? [held - 1n] : [];
  return [highest, held & ~highest, ...without.map((bit) => held & ~bit), held >> 1n, ...next];
}

function read(words: readonly bigint[], { word, high, low }: Place): bigint {
  return extract(words[word] ?? 0n, high, low);
}

function write(words: readonly bigint[], { word, high, low }: Place, value: bigint): bigint[] {
  return words.with(word, insert(words[word] ?? 0n, high, low, value));
}

function nibbles(words: number): Place[] {
  return Array.from({ length: words * 16 }, (_, index) => {
    const low = (index % 16) * 4;
    return { word: Math.floor(index / 16), high: low + 3, low };
  });
}
