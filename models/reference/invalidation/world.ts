/**
 * One world of what the caches may hold, after a certain number of the invalidations that no wait has completed
 * yet were executed, with what was found out about requests there.
 */
import { CacheSet } from './cache-set.ts';
import { areSame, type Entry, type Slot, serves } from './cached-entry.ts';
import type { EntrySource } from './course.ts';
import { contextDid, pasidDid } from './entry-fields.ts';
import type { Passage } from './made-entries.ts';

interface Explored {
  readonly passages: readonly Passage[] | undefined;
  /** Of the set that they were made from. */
  readonly version: number;
}

export class World {
  readonly set: CacheSet;
  readonly #explored: (Explored | undefined)[];

  constructor(from?: World) {
    this.set = new CacheSet(from?.set);
    this.#explored = from === undefined ? [] : [...from.#explored];
    this.set.version = from?.set.version ?? 0;
  }

  /** Ways of request `asker`, made by `explore` if they are not known; undefined when there are too many. */
  passages(
    asker: number,
    fresh: Passage,
    explore: (set: CacheSet) => readonly Passage[] | undefined,
  ): readonly Passage[] | undefined {
    const known = this.#explored[asker];
    if (known !== undefined && known.version === this.set.version) return known.passages;
    const passages = mayDiffer(this.set, fresh) ? explore(this.set) : [fresh];
    this.#explored[asker] = { passages, version: this.set.version };
    return passages;
  }

  /** What was known of request `asker` does not hold any more. */
  forget(asker: number): void {
    this.#explored[asker] = undefined;
  }

  forgetAll(): void {
    this.#explored.length = 0;
  }
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
  const isMet = slots.some(({ kind, input }) => kind === 'second-stage' && serves(entry, input));
  return isMet && !isPartOf(entry.slots, slots);
}

/** Memory gave all of `part` to a walk that met `slots`, in this order. */
function isPartOf(part: readonly Slot[], slots: readonly Slot[]): boolean {
  let at = 0;
  return part.every((slot) => {
    while (at < slots.length && !isSameSlot(slot, slots[at] as Slot)) at++;
    return at++ < slots.length;
  });
}

function isSameSlot(one: Slot, other: Slot): boolean {
  return (
    one === other ||
    (one.kind === other.kind &&
      one.level === other.level &&
      one.address === other.address &&
      areSame(one.words, other.words))
  );
}
