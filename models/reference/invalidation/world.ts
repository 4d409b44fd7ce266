/**
 * One world of what the caches may hold, after a certain number of the invalidations that no wait has completed
 * yet were executed, with what was found out about requests there.
 */
import { CacheSet } from './cache-set.ts';
import { type Entry, isSameSlot, type Slot, serves } from './cached-entry.ts';
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

export class World {
  readonly set: CacheSet;
  readonly #explored: (Explored | undefined)[];

  constructor(from?: World) {
    this.set = new CacheSet(from?.set);
    this.#explored = from === undefined ? [] : from.#explored.map((known) => known && { ...known });
  }

  /** Ways of request `asker`, made by `explore` if they are not known; undefined when there are too many. */
  passages(
    asker: number,
    fresh: Passage,
    explore: (set: CacheSet) => readonly Passage[] | undefined,
  ): readonly Passage[] | undefined {
    const known = this.#explored[asker];
    const { drops, additions } = this.set;
    if (known !== undefined && known.drops === drops && !this.#hasNews(known)) {
      known.additions = additions.length;
      return known.passages;
    }
    const passages = mayDiffer(this.set, fresh) ? explore(this.set) : [fresh];
    this.#explored[asker] = { passages, drops, additions: additions.length, held: 'none' };
    return passages;
  }

  /** Entries of the passages of `asker` that was asked for last, if they are not all in the set already. */
  hold(asker: number, which: 'stale' | 'all', make: (passage: Passage) => readonly Entry[]): void {
    const known = this.#explored[asker];
    if (known === undefined) return;
    if (known.passages === undefined) this.set.overflowed = true;
    if (known.held === 'all' || known.held === which) return;
    const passages = known.passages ?? [];
    const from = which === 'all' ? 0 : 1;
    for (const passage of passages.slice(from)) for (const entry of make(passage)) this.set.add(entry);
    known.held = which;
  }

  /** What was known of request `asker` does not hold any more. */
  forget(asker: number): void {
    this.#explored[asker] = undefined;
  }

  forgetAll(): void {
    this.#explored.length = 0;
  }

  /** An entry came in since that may make a way that is not among those known. */
  #hasNews({ passages, additions }: Explored): boolean {
    const added = this.set.additions;
    if (additions === added.length) return false;
    if (passages === undefined) return true;
    return added.slice(additions).some((entry) => isNews(entry, passages));
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
