/** What was dropped last, and by which rule, so that an answer that still comes from it can be named. */
import type { CacheName } from '../../../spec/invalidation/caches.ts';
import { type Entry, isGuestPage, isSame } from './cached-entry.ts';
import type { Passage } from './made-entries.ts';

/** Older ones are forgotten: a wrong answer from them is named less well. */
const MOST_REMEMBERED = 16;

interface Drop {
  readonly rule: string;
  /** Counts drops. */
  readonly order: number;
}

/** A way through something that is gone, and the rule that dropped it. */
export interface GoneWay {
  readonly passage: Passage;
  readonly rule: string;
}

export class Gone {
  readonly #entries: Map<CacheName, Entry[]>;
  readonly #drops: Map<Entry, Drop>;
  #count = 0;

  constructor(from?: Gone) {
    const entries = from === undefined ? [] : [...from.#entries];
    this.#entries = new Map(entries.map(([cache, own]) => [cache, [...own]]));
    this.#drops = new Map(from === undefined ? [] : from.#drops);
    this.#count = from === undefined ? 0 : from.#count;
  }

  /** What was dropped last comes first: where several explain an answer, it is the likeliest. */
  of(cache: CacheName): readonly Entry[] {
    return this.#entries.get(cache)?.toReversed() ?? [];
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  add(entry: Entry, rule: string): void {
    // The whole translations that go with it name the same answers.
    if (isGuestPage(entry)) return;
    const entries = this.#entries.get(entry.cache) ?? [];
    this.#entries.set(entry.cache, entries);
    const known = entries.findIndex((other) => isSame(entry, other));
    const before = known < 0 ? undefined : this.#drops.get(entries[known] as Entry);
    if (known >= 0) this.#forget(entries, known);
    if (entries.length === MOST_REMEMBERED) this.#forget(entries, 0);
    entries.push(entry);
    // Who minds bits that are to be ignored has not dropped it then.
    const first = before?.rule.endsWith('-width') === true ? before.rule : rule;
    this.#drops.set(entry, { rule: first, order: this.#count++ });
  }

  /** Those of `passages` that use something gone, by the first of it; what was dropped last comes first. */
  explain(passages: readonly Passage[]): readonly GoneWay[] {
    const found: (Drop & { readonly passage: Passage })[] = [];
    for (const passage of passages) {
      const drop = passage.used.map((entry) => this.#drops.get(entry)).find((known) => known !== undefined);
      if (drop !== undefined) found.push({ ...drop, passage });
    }
    return found.sort((one, other) => other.order - one.order);
  }

  #forget(entries: Entry[], index: number): void {
    for (const entry of entries.splice(index, 1)) this.#drops.delete(entry);
  }
}
