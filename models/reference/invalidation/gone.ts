/** What was dropped last, and by which rule, so that an answer that still comes from it can be named. */
import type { CacheName } from '../../../spec/invalidation/caches.ts';
import { type Entry, isSame } from './cached-entry.ts';

/** Older ones are forgotten: a wrong answer from them is named less well. */
const MOST_REMEMBERED = 16;

export class Gone {
  readonly #entries: Map<CacheName, Entry[]>;
  readonly #rules: Map<Entry, string>;

  constructor(from?: Gone) {
    const entries = from === undefined ? [] : [...from.#entries];
    this.#entries = new Map(entries.map(([cache, own]) => [cache, [...own]]));
    this.#rules = new Map(from === undefined ? [] : from.#rules);
  }

  /** What was dropped last comes first: where several explain an answer, it is the likeliest. */
  of(cache: CacheName): readonly Entry[] {
    return this.#entries.get(cache)?.toReversed() ?? [];
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  add(entry: Entry, rule: string): void {
    const entries = this.#entries.get(entry.cache) ?? [];
    this.#entries.set(entry.cache, entries);
    const known = entries.findIndex((other) => isSame(entry, other));
    if (known >= 0) this.#forget(entries, known);
    if (entries.length === MOST_REMEMBERED) this.#forget(entries, 0);
    entries.push(entry);
    this.#rules.set(entry, rule);
  }

  /** The rule that dropped the first of `used` that is gone; undefined when none is. */
  ruleOf(used: readonly Entry[]): string | undefined {
    for (const entry of used) {
      const rule = this.#rules.get(entry);
      if (rule !== undefined) return rule;
    }
    return undefined;
  }

  #forget(entries: Entry[], index: number): void {
    for (const entry of entries.splice(index, 1)) this.#rules.delete(entry);
  }
}
