/**
 * The words of structures as a stream meets them, each sequence once: what is read again is the same object, so
 * that entries are compared, and walks are known again, without a look at the words.
 */
import type { KnownChecks } from '../entry.ts';

type Words = readonly bigint[];

interface Node {
  readonly next: Map<bigint, Node>;
  /** The words that lead here, if they were met. */
  words: Words | undefined;
}

export class WordTable {
  /** Of words that it gave. */
  readonly checks: KnownChecks = new Map();
  readonly #start: Node = { next: new Map(), words: undefined };

  /** The object for such words: `words` itself when they are new. */
  sameAs(words: Words): Words {
    let node = this.#start;
    for (const word of words) {
      let next = node.next.get(word);
      if (next === undefined) {
        next = { next: new Map(), words: undefined };
        node.next.set(word, next);
      }
      node = next;
    }
    node.words ??= words;
    return node.words;
  }
}
