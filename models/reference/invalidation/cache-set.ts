/** What the caches may hold: for each cache, every entry that may be in it, whether or not others are. */
import { type CacheName, cacheNames } from '../../../spec/invalidation/caches.ts';
import { type CacheInvalidation, type Entry, fateOf, isSame } from './cached-entry.ts';

/**
 * A case that lets one cache hold more different entries than this is not followed further. Each context and PASID
 * table entry makes a walk of its own of every request, so that fewer of them are followed; drawn streams stay below.
 */
const MOST_ENTRIES = 512;
const MOST_HEADS = 64;

export class CacheSet {
  readonly #entries: Record<CacheName, Entry[]>;
  /** Entries added since `drops` last changed, in order. */
  readonly #additions: Entry[] = [];
  /** Grows whenever something is taken out. */
  #drops = 0;
  /** More may be held than is kept, or something unknown: anything may be answered until all caches are emptied. */
  overflowed = false;

  constructor(from?: CacheSet) {
    this.#entries = {
      context: [...(from?.of('context') ?? [])],
      pasid: [...(from?.of('pasid') ?? [])],
      iotlb: [...(from?.of('iotlb') ?? [])],
      'first-stage': [...(from?.of('first-stage') ?? [])],
      combined: [...(from?.of('combined') ?? [])],
      'second-stage': [...(from?.of('second-stage') ?? [])],
      'host-permission-leaf': [...(from?.of('host-permission-leaf') ?? [])],
      'host-permission': [...(from?.of('host-permission') ?? [])],
    };
    if (from === undefined) return;
    this.overflowed = from.overflowed;
    this.#additions = [...from.additions];
    this.#drops = from.drops;
  }

  get additions(): readonly Entry[] {
    return this.#additions;
  }

  get drops(): number {
    return this.#drops;
  }

  of(cache: CacheName): readonly Entry[] {
    return this.#entries[cache];
  }

  get isEmpty(): boolean {
    return cacheNames.every((name) => this.#entries[name].length === 0);
  }

  /** True when the entry is new. */
  add(entry: Entry): boolean {
    const entries = this.#entries[entry.cache];
    if (entries.some((known) => isSame(known, entry))) return false;
    if (entries.length >= mostOf(entry)) this.overflowed = true;
    else {
      entries.push(entry);
      this.#additions.push(entry);
    }
    return true;
  }

  /** Everything in `other` may be held as well. */
  addAll(other: CacheSet): void {
    this.overflowed ||= other.overflowed;
    for (const name of cacheNames) for (const entry of other.of(name)) this.add(entry);
  }

  /** Whether `invalidation` drops an entry of which `holds` is true. */
  hasMatching(invalidation: CacheInvalidation, holds: (entry: Entry) => boolean): boolean {
    return cacheNames.some((name) =>
      this.#entries[name].some((entry) => holds(entry) && fateOf(entry, invalidation).dropped),
    );
  }

  /** Does what every unit does at the least; `gone` is told what went, and by which rule. */
  drop(invalidation: CacheInvalidation, gone: (entry: Entry, rule: string) => void): void {
    for (const name of cacheNames) {
      const entries = this.#entries[name];
      if (entries.length === 0) continue;
      let kept = 0;
      for (const entry of entries) {
        const { dropped, rule, spared } = fateOf(entry, invalidation);
        if (spared && !entry.spared.includes(rule)) entry.spared.push(rule);
        if (dropped) gone(entry, rule);
        else entries[kept++] = entry;
      }
      if (kept === entries.length) continue;
      entries.length = kept;
      this.#noteDrop();
    }
  }

  /** Empties the caches, by `rule`. */
  clear(rule: string, gone: (entry: Entry, rule: string) => void): void {
    for (const name of cacheNames) {
      for (const entry of this.#entries[name]) gone(entry, rule);
      this.#entries[name].length = 0;
    }
    this.overflowed = false;
    this.#noteDrop();
  }

  #noteDrop(): void {
    this.#drops++;
    this.#additions.length = 0;
  }
}

function mostOf({ cache }: Entry): number {
  return cache === 'context' || cache === 'pasid' ? MOST_HEADS : MOST_ENTRIES;
}
