/**
 * Some of what may be in the caches: what the requests made so far have left there, if they went through memory, or
 * through what others left. A unit that fetches nothing on its own holds no more, so that its answers are explained
 * by this for a fraction of the work; what is not explained by it may be right all the same (caches.ts). Nothing is
 * worked out until memory alone does not explain an answer.
 */
import type { CacheModel } from './cache-model.ts';
import { type CacheInvalidation, type Entry, fateOf, isWhole } from './cached-entry.ts';
import type { CachesOfCase } from './caches.ts';
import type { EntrySource } from './course.ts';
import { entriesOf, type Passage } from './made-entries.ts';
import type { Race } from './memory-reader.ts';
import type { StatusWrites } from './status-writes.ts';
import type { Walks } from './walks.ts';

/** What is beyond is forgotten: walks, and invalidations with the walks before them. */
const MOST_REMEMBERED = 32;
const MOST_EXECUTED = 64;
/** More ways through them are not looked at. */
const MOST_WAYS = 64;

/** Moments are counted by accepted invalidations. */
interface Remembered {
  readonly asker: number;
  readonly passage: Passage;
  /** Invalidations accepted at this moment, or later, come after it. */
  readonly at: number;
  /** What it left, once that is known: nothing that is asked here depends on when. */
  entries: readonly Entry[] | undefined;
}

interface Accepted {
  readonly invalidation: CacheInvalidation;
  readonly at: number;
}

export class LeftByRequests implements CacheModel {
  readonly #case: CachesOfCase;
  readonly #walks: Walks;
  #remembered: Remembered[] = [];
  #executed: Accepted[] = [];
  /** Accepted and perhaps not executed yet, in order. */
  #pending: Accepted[] = [];
  #now = 0;
  #step = 0;

  constructor(testCase: CachesOfCase, walks: Walks) {
    this.#case = testCase;
    this.#walks = walks;
  }

  copy(): LeftByRequests {
    const copy = new LeftByRequests(this.#case, this.#walks.copy());
    copy.#remembered = [...this.#remembered];
    copy.#executed = [...this.#executed];
    copy.#pending = [...this.#pending];
    copy.#now = this.#now;
    copy.#step = this.#step;
    return copy;
  }

  startStep(step: number): void {
    this.#step = step;
  }

  beforeStore(): void {}

  afterStore(addresses: readonly bigint[], status: StatusWrites): void {
    this.#walks.change(addresses, status);
  }

  setRoot(rtaddr: bigint, rule: string | undefined): void {
    if (rule !== undefined) this.clear();
    if (rtaddr !== this.#walks.rtaddr) this.#walks.setRoot(rtaddr);
  }

  clear(): void {
    this.#remembered = [];
    this.#executed = [];
    this.#pending = [];
  }

  accept(invalidation: CacheInvalidation): void {
    this.#pending.push({ invalidation, at: this.#now++ });
  }

  complete(): void {
    for (const one of this.#pending) this.#execute(one);
    this.#pending = [];
  }

  execute(invalidation: CacheInvalidation): void {
    this.#execute({ invalidation, at: this.#now++ });
  }

  request(asker: number, race: Race | undefined): readonly Passage[] | undefined {
    const passages = race ? this.#walks.explore(asker, [], race) : [this.#walks.fresh(asker)];
    for (const passage of passages ?? []) this.#remember(asker, passage, this.#now);
    return passages;
  }

  *furtherWays(asker: number, race: Race | undefined): Iterable<Passage> {
    yield* this.#wholeWays(asker);
    const held = this.held();
    const byCache = Map.groupBy(held, ({ cache }) => cache);
    const source: EntrySource = { of: (cache) => byCache.get(cache) ?? [] };
    // What they were made from is there only because nothing that is pending was executed yet.
    const at = this.#pending[0]?.at ?? this.#now;
    for (const passage of this.#walks.likely(asker, [source], race, MOST_WAYS)) {
      if (passage.used.length === 0) continue;
      this.#remember(asker, passage, at);
      yield passage;
    }
  }

  /** Earlier walks of the same request that left the whole translation, the latest first. */
  *#wholeWays(asker: number): Iterable<Passage> {
    const fresh = this.#walks.fresh(asker);
    for (const walk of this.#remembered.toReversed()) {
      const { passage } = walk;
      if (walk.asker !== asker || passage === fresh || passage.legacy !== fresh.legacy) continue;
      if (this.#leftOf(walk).some(({ cache }) => isWhole(cache))) yield passage;
    }
  }

  held(): readonly Entry[] {
    return this.#remembered.filter((walk) => !this.#isInMemory(walk)).flatMap((walk) => this.#leftOf(walk));
  }

  goneWays(): readonly [] {
    return [];
  }

  /** What it left is what memory gives: none of it makes a difference to requests that share no tables. */
  #isInMemory({ passage }: Remembered): boolean {
    return this.#walks.areInMemory(passage.slots);
  }

  #remember(asker: number, passage: Passage, at: number): void {
    if (passage.answers === undefined) return;
    const known = this.#remembered.findIndex((other) => other.passage === passage);
    if (known >= 0) this.#remembered.splice(known, 1);
    // What was asked first may still be what answers, and what was asked last.
    else if (this.#remembered.length === MOST_REMEMBERED) this.#remembered.splice(MOST_REMEMBERED / 2, 1);
    this.#remembered.push({ asker, passage, at, entries: undefined });
  }

  #execute(one: Accepted): void {
    if (this.#remembered.length === 0) return;
    this.#executed.push(one);
    if (this.#executed.length <= MOST_EXECUTED) return;
    const forgotten = this.#executed.shift()?.at ?? 0;
    this.#remembered = this.#remembered.filter(({ at }) => at > forgotten);
  }

  /** What the walk has left and nothing executed since has dropped. */
  #leftOf(walk: Remembered): readonly Entry[] {
    walk.entries ??= entriesOf(walk.passage, this.#case.policy, this.#step, 0);
    const later = this.#executed.filter(({ at }) => at >= walk.at);
    if (later.length === 0) return walk.entries;
    return walk.entries.filter(
      (entry) => !later.some(({ invalidation }) => fateOf(entry, invalidation).dropped),
    );
  }
}
