/**
 * The walks of the requests of a stream as one way of it sees memory: those through memory alone are kept as long as
 * no word that they read changes, and every word that any walk has read is watched.
 */
import type { Asker } from './askers.ts';
import type { Slot } from './cached-entry.ts';
import type { EntrySource } from './course.ts';
import { explore, type Surroundings, waysOf } from './explore.ts';
import type { Passage } from './made-entries.ts';
import { type KnownStructures, MemoryReader, pageOf, placeOf, type Race } from './memory-reader.ts';
import { noStatus, type StatusWrites } from './status-writes.ts';
import { WalkMemo } from './walk-memo.ts';
import { WatchedWords } from './watched-words.ts';
import { WordTable } from './word-table.ts';

/** A request that may go on in more ways than this may be answered anything. */
const MOST_WAYS = 2048;

/** What holds of every way of a stream alike. */
class Learned {
  readonly table = new WordTable();
  readonly #memos = new Map<bigint, WalkMemo[]>();

  memoOf(asker: number, rtaddr: bigint): WalkMemo {
    const known = this.#memos.get(rtaddr) ?? [];
    this.#memos.set(rtaddr, known);
    known[asker] ??= new WalkMemo();
    return known[asker];
  }
}

export class Walks {
  readonly #surroundings: Surroundings;
  readonly #askers: readonly Asker[];
  #rtaddr: bigint;
  #status: StatusWrites = noStatus;
  /** Through memory alone, by asker. */
  #fresh: (Passage | undefined)[] = [];
  #watched = new WatchedWords();
  readonly #known: KnownStructures = new Map();
  readonly #learned: Learned;
  /** Nothing has changed since the walks of all askers that fill were made. */
  #isSettled = false;

  constructor(surroundings: Surroundings, askers: readonly Asker[], rtaddr: bigint, learned = new Learned()) {
    this.#learned = learned;
    this.#surroundings = surroundings;
    this.#askers = askers;
    this.#rtaddr = rtaddr;
  }

  copy(): Walks {
    const copy = new Walks(this.#surroundings, this.#askers, this.#rtaddr, this.#learned);
    copy.#status = this.#status;
    copy.#fresh = [...this.#fresh];
    copy.#watched = new WatchedWords(this.#watched);
    copy.#isSettled = this.#isSettled;
    return copy;
  }

  get rtaddr(): bigint {
    return this.#rtaddr;
  }

  /** Another root table counts. */
  setRoot(rtaddr: bigint): void {
    this.#rtaddr = rtaddr;
    this.#fresh = [];
    this.#isSettled = false;
  }

  /**
   * The words of 64 bits at `addresses` have changed; `status` is what waits wrote, without what was stored over.
   * Gives the askers whose walks may be others now.
   */
  change(addresses: readonly bigint[], status: StatusWrites): ReadonlySet<number> {
    this.#status = status;
    for (const address of addresses) this.#known.delete(pageOf(placeOf(address)));
    const askers = this.watching(addresses);
    for (const asker of askers) this.#fresh[asker] = undefined;
    if (askers.size > 0) this.#isSettled = false;
    return askers;
  }

  /** Makes the walks of all askers that fill, so that the words that they read are watched. */
  settle(): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    for (const [asker, { fills }] of this.#askers.entries()) if (fills) this.fresh(asker);
  }

  /** The walk of `asker` through memory alone. */
  fresh(asker: number): Passage {
    const known = this.#fresh[asker];
    if (known !== undefined) return known;
    const [fresh] = this.explore(asker, []) as [Passage];
    this.#fresh[asker] = fresh;
    return fresh;
  }

  /** Every way through memory and `sources`, with `race` while memory changes; undefined when there are too many. */
  explore(
    asker: number,
    sources: readonly EntrySource[],
    race?: Race,
    most = MOST_WAYS,
  ): readonly Passage[] | undefined {
    const passages = explore(...this.#asked(asker, sources, race, most));
    for (const passage of passages ?? []) this.#watch(passage, asker);
    return passages;
  }

  /** The first `most` of the same ways, each worked out when it comes up. */
  *likely(
    asker: number,
    sources: readonly EntrySource[],
    race: Race | undefined,
    most: number,
  ): Iterable<Passage> {
    for (const passage of waysOf(...this.#asked(asker, sources, race, most))) {
      if (passage === undefined) return;
      this.#watch(passage, asker);
      yield passage;
    }
  }

  #asked(
    asker: number,
    sources: readonly EntrySource[],
    race: Race | undefined,
    most: number,
  ): Parameters<typeof waysOf> {
    const memo = this.#learned.memoOf(asker, this.#rtaddr);
    const { request } = this.#askers[asker] as Asker;
    return [this.#surroundings, this.#rtaddr, request, sources, this.#reader(race), memo, most];
  }

  #watch({ slots }: Passage, asker: number): void {
    for (const { address, words } of slots) {
      if (words !== undefined) this.#watched.add(address, words.length, asker);
    }
  }

  /** Memory holds the words of all `slots`, where they were read. */
  areInMemory(slots: readonly Slot[]): boolean {
    const reader = this.#reader();
    return slots.every((slot) => reader.holds(slot));
  }

  /** Askers whose walks have read one of the words. */
  watching(addresses: readonly bigint[]): ReadonlySet<number> {
    return this.#watched.of(addresses);
  }

  #reader(race?: Race): MemoryReader {
    const { memory } = this.#surroundings;
    return new MemoryReader(memory, this.#status, this.#known, this.#learned.table, race);
  }
}
