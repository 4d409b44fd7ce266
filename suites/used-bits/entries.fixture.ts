/** Entries put together by field name, for tests that state what the architecture says of them. */
import { insert } from '../../spec/bits.ts';
import { fieldOf, type Layout } from '../../spec/layouts/layout.ts';

/** The words of an entry whose fields have these values, shifted to their place; all others are zero. */
export function entryOf(layout: Layout, fields: Readonly<Record<string, bigint | number>>): bigint[] {
  const words = Array.from({ length: layout.words }, () => 0n);
  for (const [name, value] of Object.entries(fields)) {
    const { word, high, low } = fieldOf(layout, name);
    words[word] = insert(words[word]!, high, low, BigInt(value));
  }
  return words;
}
