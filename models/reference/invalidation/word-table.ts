/**
 * The words of structures as a stream meets them, each sequence once: what is read again is the same object, so
 * that entries are compared, and walks are known again, without a look at the words.
 */
import type { KnownChecks } from '../entry.ts';
import { areSame } from './cached-entry.ts';

type Words = readonly bigint[];

export class WordTable {
  /** Of words that it gave. */
  readonly checks: KnownChecks = new Map();
  /** By what `hashOf` gives. */
  readonly #known = new Map<number, Words[]>();

  /** The object for such words: `words` itself when they are new. */
  sameAs(words: Words): Words {
    const hash = hashOf(words);
    const alike = this.#known.get(hash);
    if (alike === undefined) {
      this.#known.set(hash, [words]);
      return words;
    }
    for (const known of alike) if (areSame(known, words)) return known;
    alike.push(words);
    return words;
  }
}

/** 32 bits that every bit of the words counts in. */
function hashOf(words: Words): number {
  let hash = words.length;
  for (const word of words) {
    hash = Math.imul(hash, 31) ^ Number(BigInt.asIntN(32, word));
    hash = Math.imul(hash, 31) ^ Number(BigInt.asIntN(32, word >> 32n));
  }
  return hash;
}
