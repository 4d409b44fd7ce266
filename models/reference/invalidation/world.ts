/**
 * One world of what the caches may hold, after a certain number of the invalidations that no wait has completed
 * yet were executed, with what was found out about requests there.
 */
import type { CacheName } from '../../../spec/invalidation/caches.ts';
import { CacheSet } from './cache-set.ts';
import { type Entry, isSameSlot, isWhole, type Slot, serves } from './cached-entry.ts';
import type { EntrySource } from './course.ts';
import { contextDid, pasidDid } from './entry-fields.ts';
import type { Passage } from './made-entries.ts';

interface Explored {
  readonly passages: readonly Passage[] | undefined;
  /** Of the set that they were made from. */
  readonly drops: number;
  additions: number;
  /** Entries were made of these passages: of all of them, or of those behind the first. */
  held: 'none' | 'stale' | 'all';
}

type Explore = (source: EntrySource) => readonly Passage[] | undefined;

export class World {
  readonly set: CacheSet;
  readonly #explored: (Explored | undefined)[];
  /** The same without hits of whole translations, which leave nothing behind. */
  readonly #filling: (Explored | undefined)[];

  constructor(from?: World) {
    this.set = new CacheSet(from?.set);
    this.#explored = from === undefined ? [] : from.#explored.map((known) => known && { ...known });
    this.#filling = from === undefined ? [] : from.#filling.map((known) => known && { ...known });
  }

  /** Ways of request `asker`, made by `explore` if they are not known; undefined when there are too many. */
  passages(asker: number, fresh: Passage, explore: Explore): readonly Passage[] | undefined {
    const known = this.#explored[asker];
    if (known !== undefined && this.#isValid(known)) return known.passages;
    this.#explored[asker] = this.#found(mayDiffer(this.set, fresh) ? explore(this.set) : [fresh]);
    return this.#explored[asker].passages;
  }

  /** Adds the entries that ways of request `asker` leave: of all of them, or of those behind the first. */
  hold(
    asker: number,
    which: 'stale' | 'all',
    fresh: Passage,
    explore: Explore,
    make: (passage: Passage) => readonly Entry[],
  ): void {
    const found = this.#filled(asker, fresh, explore);
    const { passages } = found;
    if (passages === undefined || passages.some(({ isUnsure }) => isUnsure)) this.set.overflowed = true;
    if (found.held === 'all' || found.held === which) return;
    const from = which === 'all' ? 0 : 1;
    for (const passage of (passages ?? []).slice(from)) {
      for (const entry of make(passage)) this.set.add(entry);
    }
    found.held = which;
  }

  /** The same ways without hits of whole translations, which leave nothing behind. */
  fillingPassages(asker: number, fresh: Passage, explore: Explore): readonly Passage[] | undefined {
    return this.#filled(asker, fresh, explore).passages;
  }

  #filled(asker: number, fresh: Passage, explore: Explore): Explored {
    const found = this.#knownFilling(asker) ?? this.#found(this.#fillingWays(fresh, explore));
    if (found !== this.#explored[asker]) this.#filling[asker] = found;
    return found;
  }

  #knownFilling(asker: number): Explored | undefined {
    const explored = this.#explored[asker];
    if (explored !== undefined && this.#isValid(explored)) return explored;
    const filling = this.#filling[asker];
    return filling !== undefined && this.#isValid(filling, isWhole) ? filling : undefined;
  }

  #fillingWays(fresh: Passage, explore: Explore): readonly Passage[] | undefined {
    const set: EntrySource = { of: (cache) => (isWhole(cache) ? [] : this.set.of(cache)) };
    return mayDiffer(set, fresh) ? explore(set) : [fresh];
  }

  #found(passages: readonly Passage[] | undefined): Explored {
    const { drops, additions } = this.set;
    return { passages, drops, additions: additions.length, held: 'none' };
  }

  /** Entries of caches that are `ignored` make no difference. */
  #isValid(known: Explored, ignored: (cache: CacheName) => boolean = () => false): boolean {
    if (known.drops !== this.set.drops || this.#hasNews(known, ignored)) return false;
    known.additions = this.set.additions.length;
    return true;
  }

  /** What was known of request `asker` does not hold any more. */
  forget(asker: number): void {
    this.#explored[asker] = undefined;
    this.#filling[asker] = undefined;
  }

  forgetAll(): void {
    this.#explored.length = 0;
    this.#filling.length = 0;
  }

  /** An entry came in since that may make a way that is not among those known. */
  #hasNews({ passages, additions }: Explored, ignored: (cache: CacheName) => boolean): boolean {
    const added = this.set.additions;
    if (additions === added.length) return false;
    if (passages === undefined) return true;
    return added.slice(additions).some((entry) => !ignored(entry.cache) && isNews(entry, passages));
  }
}

/** Whether `entry` may serve the request of `passages` in another way than any of them. */
function isNews(entry: Entry, passages: readonly Passage[]): boolean {
  const [fresh] = passages;
  if (fresh === undefined) return true;
  const { sourceId, address } = fresh.request;
  switch (entry.cache) {
    case 'context':
    case 'pasid':
      if (entry.sourceId !== sourceId) return false;
      break;
    case 'iotlb':
    case 'host-permission-leaf':
      // It may be used after other context and PASID table entries than those that it was made from.
      if (entry.sourceId !== sourceId || !serves(entry, address)) return false;
      return !isPartOf(entry.slots.slice(0, fresh.legacy ? 2 : 4), fresh.slots) || !isMetBy(entry, passages);
    case 'first-stage':
    case 'combined':
    case 'host-permission':
      if (!serves(entry, address)) return false;
      break;
    case 'second-stage':
      if (!passages.some(({ slots }) => isAskedFor(entry, slots))) return false;
  }
  return !isMetBy(entry, passages);
}

function isMetBy({ slots }: Entry, passages: readonly Passage[]): boolean {
  return passages.some((passage) => isPartOf(slots, passage.slots));
}

function isAskedFor(entry: Entry, slots: readonly Slot[]): boolean {
  return slots.some(({ kind, input }) => kind === 'second-stage' && serves(entry, input));
}

/** Whether an entry may serve the request of `fresh` with anything else than memory does. */
export function mayDiffer(source: EntrySource, fresh: Passage): boolean {
  const { request, slots, legacy } = fresh;
  const { sourceId, address } = request;
  const isOwn = (entry: Entry) => entry.sourceId === sourceId && !isPartOf(entry.slots, slots);
  const isWhole = (entry: Entry) => serves(entry, address) && isOwn(entry);
  const pasid = Number(slots[2]?.input ?? 0n);
  if (
    source.of('iotlb').some(isWhole) ||
    source.of('context').some(isOwn) ||
    source.of('pasid').some((entry) => entry.pasid === pasid && isOwn(entry)) ||
    source.of('host-permission-leaf').some(isWhole)
  ) {
    return true;
  }
  // The context and the PASID table entry are those of memory: their DIDs are the ones that are looked for.
  const words = slots[legacy ? 1 : 3]?.words;
  if (words === undefined) return false;
  const did = legacy ? contextDid(words) : pasidDid(words);
  const isOther = (entry: Entry) =>
    entry.did === did && entry.pasid === pasid && serves(entry, address) && !isPartOf(entry.slots, slots);
  return (
    source.of('first-stage').some(isOther) ||
    source.of('combined').some(isOther) ||
    source.of('second-stage').some((entry) => entry.did === did && isOtherTable(entry, slots)) ||
    (!legacy &&
      source.of('host-permission').some((entry) => serves(entry, address) && !isPartOf(entry.slots, slots)))
  );
}

function isOtherTable(entry: Entry, slots: readonly Slot[]): boolean {
  return isAskedFor(entry, slots) && !isPartOf(entry.slots, slots);
}

/** Memory gave all of `part` to a walk that met `slots`, in this order. */
function isPartOf(part: readonly Slot[], slots: readonly Slot[]): boolean {
  let at = 0;
  return part.every((slot) => {
    while (at < slots.length && !isMet(slot, slots[at] as Slot)) at++;
    return at++ < slots.length;
  });
}

function isMet(slot: Slot, other: Slot): boolean {
  return (slot.passedBy || slot.address === other.address) && isSameSlot(slot, other);
}
