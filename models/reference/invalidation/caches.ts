/**
 * The caches of one way of a stream (VT-d 6.2 to 6.5): everything that may be in them, so that the answers to a
 * request are those of every walk through entries and memory.
 *
 * The unit may fill a cache at any moment, with what memory and the caches give for any request of the stream.
 * That is done only when it makes a difference: right before a store changes what such a request meets, and before
 * an invalidation is accepted. What equals memory need not be remembered, it can be fetched again. Under policy
 * `requests` only a request fills, right when it is made. Requests that may meet each other's tables are apart: what
 * memory gives one of them is remembered for the other (shared-tables.ts).
 *
 * An invalidation that no wait has completed is executed at any moment, in the order of the queue as far as it is
 * binding (worlds.ts).
 */
import { cacheNames } from '../../../spec/invalidation/caches.ts';
import type { Asker } from './askers.ts';
import type { CacheModel } from './cache-model.ts';
import { type CacheInvalidation, type Entry, mayBeOutlived } from './cached-entry.ts';
import type { EntrySource } from './course.ts';
import type { Surroundings } from './explore.ts';
import { Gone, type GoneWay } from './gone.ts';
import { type CachingPolicy, entriesOf, type Passage } from './made-entries.ts';
import type { Race } from './memory-reader.ts';
import { sharersOf } from './shared-tables.ts';
import type { StatusWrites } from './status-writes.ts';
import type { Walks } from './walks.ts';
import { mayDiffer, type World } from './world.ts';
import { Worlds } from './worlds.ts';

export interface CachesOfCase extends Surroundings {
  readonly askers: readonly Asker[];
  readonly policy: CachingPolicy;
}

/** More ways through what is gone are not looked at. */
const MOST_WAYS_OF_GONE = 256;
/** Entries made from entries made from entries …: more rounds than any walk has caches. */
const MOST_ROUNDS = 16;

export class Caches implements CacheModel {
  readonly #case: CachesOfCase;
  readonly #walks: Walks;
  #worlds = new Worlds();
  #gone = new Gone();
  /** Nothing has changed since sharers were looked for, and what they share was remembered. */
  #isShared = false;
  /** Askers that may meet tables of each other. */
  #sharers: ReadonlySet<number> = new Set();
  #step = 0;
  /** Changes of memory, of the root table, and of what is held, so far. */
  #changes = 0;
  /** Their number when every way of every request was watched last. */
  #watchedAt = 0;
  /** Their number when an invalidation was accepted last, and what it leaves was made. */
  #filledAt = 0;

  constructor(testCase: CachesOfCase, walks: Walks) {
    this.#case = testCase;
    this.#walks = walks;
  }

  copy(): Caches {
    const copy = new Caches(this.#case, this.#walks.copy());
    copy.#worlds = this.#worlds.copy();
    copy.#gone = new Gone(this.#gone);
    copy.#isShared = this.#isShared;
    copy.#sharers = this.#sharers;
    copy.#step = this.#step;
    copy.#changes = this.#changes;
    copy.#watchedAt = this.#watchedAt;
    copy.#filledAt = this.#filledAt;
    return copy;
  }

  startStep(step: number): void {
    this.#step = step;
  }

  /** Entries of older words are made, before the words of 64 bits at `addresses` change. */
  beforeStore(addresses: readonly bigint[]): void {
    if (this.#case.policy.onlyRequestsFill) return;
    this.#rememberShared();
    this.#watchAll();
    const askers = this.#walks.watching(addresses);
    if (askers.size > 0) this.#fill(askers);
  }

  afterStore(addresses: readonly bigint[], status: StatusWrites): void {
    const askers = this.#walks.change(addresses, status);
    if (askers.size === 0) return;
    this.#noteChange();
    for (const world of this.#worlds.all) for (const asker of askers) world.forget(asker);
  }

  setRoot(rtaddr: bigint, rule: string | undefined): void {
    const isOther = rtaddr !== this.#walks.rtaddr;
    if (isOther && !this.#case.policy.onlyRequestsFill) {
      this.#walks.settle();
      this.#fill(new Set(this.#case.askers.keys()));
    }
    if (rule !== undefined) this.clear(rule);
    if (!isOther) return;
    this.#walks.setRoot(rtaddr);
    this.#noteChange();
    for (const world of this.#worlds.all) world.forgetAll();
  }

  clear(rule: string): void {
    this.#isShared = false;
    this.#worlds.clear(rule, this.#gone);
  }

  accept(invalidation: CacheInvalidation): void {
    // One that drops nothing is as good as executed; what it spares is noted.
    if (!this.#worlds.hasMatching(invalidation)) {
      for (const world of this.#worlds.all) world.set.drop(invalidation, () => {});
      return;
    }
    this.#rememberShared();
    const leavesOthers = (entry: Entry) => this.#mayLeaveOthers(entry, invalidation);
    if (this.#isFillDue() || this.#worlds.hasMatching(invalidation, leavesOthers)) this.#fill(undefined);
    this.#noteDrop(invalidation);
    this.#filledAt = this.#changes;
    this.#worlds.accept(invalidation);
  }

  /** After the last chance to fill from what is dropped. */
  complete(): void {
    if (this.#case.policy.onlyRequestsFill) {
      for (const index of this.#worlds.all.keys()) this.#worlds.passOn(index);
    } else if (this.#isFillDue() || this.#worlds.areOvertaken) this.#fill(undefined);
    if (this.#worlds.complete(this.#gone)) this.#isShared = false;
  }

  execute(invalidation: CacheInvalidation, rule: string): void {
    this.#fill(undefined);
    this.#noteDrop(invalidation);
    for (const world of this.#worlds.all) {
      world.set.drop(invalidation, (entry) => this.#gone.add(entry, rule));
    }
  }

  request(asker: number, race: Race | undefined): readonly Passage[] | undefined {
    this.#rememberShared();
    if (race === undefined) {
      const passages = this.#passages(this.#worlds.unexecuted, asker);
      if (this.#case.policy.onlyRequestsFill) {
        for (const world of this.#worlds.all) this.#hold(world, asker, 'all');
      }
      return this.#worlds.unexecuted.set.overflowed ? undefined : passages;
    }
    this.#isShared = false;
    let answers: readonly Passage[] | undefined;
    for (const world of this.#worlds.all) {
      const passages = this.#walks.explore(asker, [world.set], race);
      if (passages === undefined) world.set.overflowed = true;
      for (const passage of passages ?? [])
        for (const entry of this.#entriesOf(passage)) world.set.add(entry);
      if (world === this.#worlds.unexecuted) answers = passages;
    }
    const ordered = answers && [...answers.filter(isFresh), ...answers.filter((one) => !isFresh(one))];
    return this.#worlds.unexecuted.set.overflowed ? undefined : ordered;
  }

  /** All were given. */
  furtherWays(): readonly [] {
    return [];
  }

  held(): readonly Entry[] {
    const { set } = this.#worlds.unexecuted;
    return cacheNames.flatMap((name) => set.of(name)).filter(({ slots }) => !this.#walks.areInMemory(slots));
  }

  goneWays(asker: number, besideHeld: boolean): readonly GoneWay[] {
    if (this.#gone.isEmpty || !mayDiffer(this.#gone, this.#walks.fresh(asker))) return [];
    const sources = besideHeld ? [this.#worlds.unexecuted.set, this.#gone] : [this.#gone];
    return this.#gone.explain(this.#walks.explore(asker, sources, undefined, MOST_WAYS_OF_GONE) ?? []);
  }

  /** Ways through what is held may lead to words that no walk has met yet: a store there matters as well. */
  #watchAll(): void {
    if (this.#watchedAt === this.#changes) return;
    this.#watchedAt = this.#changes;
    for (const world of this.#worlds.all) {
      if (world.set.isEmpty) continue;
      for (const [asker, { fills, until }] of this.#case.askers.entries()) {
        if (!fills || (until < this.#step && !this.#sharers.has(asker))) continue;
        world.fillingPassages(asker, this.#walks.fresh(asker), this.#explorer(asker));
      }
    }
  }

  #noteChange(): void {
    this.#changes++;
    this.#isShared = false;
  }

  /** What is dropped behind context entries, those that are left can make again: it counts as a change. */
  #noteDrop({ kind }: CacheInvalidation): void {
    if (kind !== 'context') this.#changes++;
    this.#isShared = false;
  }

  /** Something was accepted, and memory has changed since: what it will drop may have led to the new words. */
  #isFillDue(): boolean {
    return this.#worlds.arePending && this.#changes !== this.#filledAt;
  }

  /** Through memory, and from context entries that are held on. */
  #walksOf({ fills }: Asker, asker: number): readonly Passage[] {
    if (!fills) return [];
    const fresh = this.#walks.fresh(asker);
    const { set } = this.#worlds.unexecuted;
    const contexts: EntrySource = { of: (cache) => (cache === 'context' ? set.of(cache) : []) };
    if (!mayDiffer(contexts, fresh)) return [fresh];
    return this.#worlds.unexecuted.fillingPassages(asker, fresh, this.#explorer(asker)) ?? [fresh];
  }

  /** Adds what memory gives one asker and not the other that it may serve. */
  #rememberShared(): void {
    if (this.#case.policy.onlyRequestsFill || this.#isShared) return;
    this.#isShared = true;
    this.#walks.settle();
    const { set } = this.#worlds.unexecuted;
    const walks = this.#case.askers.map((asker, number) => this.#walksOf(asker, number));
    this.#sharers = sharersOf(walks, [...set.of('context'), ...set.of('pasid')]);
    if (this.#sharers.size === 0) return;
    for (const world of this.#worlds.all) this.#close(world, this.#sharers);
    this.#isShared = true;
  }

  /**
   * Adds what may be cached by now: for `askers`, that are about to meet other words, all of it; if they are not
   * given, for all askers what memory alone does not give.
   */
  #fill(askers: ReadonlySet<number> | undefined): void {
    if (this.#case.policy.onlyRequestsFill) return;
    for (const [index, world] of this.#worlds.all.entries()) {
      if (askers !== undefined || !world.set.isEmpty) this.#close(world, askers);
      this.#worlds.passOn(index);
    }
  }

  #close(world: World, askers: ReadonlySet<number> | undefined): void {
    this.#isShared = false;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { length } = world.set.additions;
      for (const [asker, { fills, until }] of this.#case.askers.entries()) {
        if (!fills || (until < this.#step && !this.#sharers.has(asker))) continue;
        if (askers === undefined) this.#hold(world, asker, 'stale');
        else if (askers.has(asker)) this.#hold(world, asker, 'all');
      }
      if (world.set.additions.length === length) return;
    }
    world.set.overflowed = true;
  }

  /** What the ways of request `asker` leave behind may be in the caches. */
  #hold(world: World, asker: number, which: 'stale' | 'all'): void {
    const make = (passage: Passage) => this.#entriesOf(passage);
    world.hold(asker, which, this.#walks.fresh(asker), this.#explorer(asker), make);
  }

  #entriesOf(passage: Passage): readonly Entry[] {
    return entriesOf(passage, this.#case.policy, this.#step, this.#changes);
  }

  #passages(world: World, asker: number): readonly Passage[] | undefined {
    return world.passages(asker, this.#walks.fresh(asker), this.#explorer(asker));
  }

  #explorer(asker: number): (source: EntrySource) => readonly Passage[] | undefined {
    return (source) => this.#walks.explore(asker, [source]);
  }

  /** With a single change since an entry was made, what it leads to was remembered before that change. */
  #mayLeaveOthers(entry: Entry, invalidation: CacheInvalidation): boolean {
    const isOld = this.#changes - entry.madeAfter > 1;
    if (!isOld || !mayBeOutlived(entry, invalidation)) return false;
    return !this.#walks.areInMemory(entry.origin) || this.#isOutOfTheWay(entry);
  }

  /** What `entry` was made from is in memory, but no longer where the walk of some request comes by. */
  #isOutOfTheWay(entry: Entry): boolean {
    const alone: EntrySource = { of: (cache) => (cache === entry.cache ? [entry] : []) };
    return this.#case.askers.some(({ fills }, asker) => fills && mayDiffer(alone, this.#walks.fresh(asker)));
  }
}

function isFresh({ used }: Passage): boolean {
  return used.length === 0;
}
