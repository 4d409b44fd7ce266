/**
 * The worlds of what the caches may hold, by how many of the invalidations that no wait has completed yet were
 * executed. Answers come from the one in which none was; when a wait completes, the last one is all that is left.
 * Host permission invalidations are not ordered (6.5.2.7): they may run ahead, so that but for the first world they
 * always have.
 *
 * Nor are those of the IOTLB among themselves (6.5.2.12). That makes a difference where one drops entries of
 * paging-structure caches by address and another one whole translations alone: what the second drops can be made
 * again of what the first does, if that is late. A world of its own follows those that overtake.
 */
import { type CacheInvalidation, type Entry, isOfHostPermissions } from './cached-entry.ts';
import type { Gone } from './gone.ts';
import { World } from './world.ts';

/** More invalidations that drop something and wait for no one are not followed. */
const MOST_PENDING = 64;

export class Worlds {
  /** Nothing that is pending was executed. */
  #unexecuted = new World();
  /** After the first n pending invalidations. The first is `#unexecuted` until a host permission goes ahead. */
  #ordered: World[] = [this.#unexecuted];
  #pending: CacheInvalidation[] = [];
  /** Of those that are pending all were executed but those that drop structures by address, once another overtook. */
  #ahead: World | undefined;
  #gone: (readonly [Entry, string])[] = [];

  copy(): Worlds {
    const copy = new Worlds();
    copy.#unexecuted = new World(this.#unexecuted);
    copy.#ordered = this.#ordered.map((world) =>
      world === this.#unexecuted ? copy.#unexecuted : new World(world),
    );
    copy.#pending = [...this.#pending];
    copy.#ahead = this.#ahead && new World(this.#ahead);
    copy.#gone = [...this.#gone];
    return copy;
  }

  get unexecuted(): World {
    return this.#unexecuted;
  }

  /** All of them, each behind those that it may be made from. */
  get all(): readonly World[] {
    const ordered =
      this.#ordered[0] === this.#unexecuted ? this.#ordered : [this.#unexecuted, ...this.#ordered];
    return this.#ahead === undefined ? ordered : [...ordered, this.#ahead];
  }

  /** What one pending invalidation leaves may have been made before one in front of it was executed. */
  get areOvertaken(): boolean {
    return this.#ahead !== undefined;
  }

  get arePending(): boolean {
    return this.#pending.length > 0;
  }

  /** All caches are emptied, by `rule`. */
  clear(rule: string, gone: Gone): void {
    this.#unexecuted.set.clear(rule, (entry) => gone.add(entry, rule));
    this.#ordered = [this.#unexecuted];
    this.#pending = [];
    this.#ahead = undefined;
    this.#gone = [];
  }

  /** Whether `invalidation` drops an entry of which `holds` is true, in any world. */
  hasMatching(invalidation: CacheInvalidation, holds: (entry: Entry) => boolean = () => true): boolean {
    return this.#ordered.some(({ set }) => set.hasMatching(invalidation, holds));
  }

  /** One more is pending. */
  accept(invalidation: CacheInvalidation): void {
    if (isOfHostPermissions(invalidation)) {
      if (this.#ordered[0] === this.#unexecuted) this.#ordered[0] = new World(this.#unexecuted);
      for (const { set } of this.#ordered) set.drop(invalidation, this.#noteGone);
      this.#ahead?.set.drop(invalidation, ignored);
      return;
    }
    if (overtakes(invalidation) && this.#pending.some(isOvertaken)) {
      this.#ahead ??= this.#executed(this.#ordered[0] as World);
    }
    if (!isOvertaken(invalidation)) this.#ahead?.set.drop(invalidation, ignored);
    const next = new World(this.#last());
    next.set.drop(invalidation, this.#noteGone);
    if (this.#pending.length >= MOST_PENDING) next.set.overflowed = true;
    this.#ordered.push(next);
    this.#pending.push(invalidation);
  }

  /** What world `index` of all may hold, the next one may hold too, if the invalidation between leaves it. */
  passOn(index: number): void {
    const at = index - (this.#ordered[0] === this.#unexecuted ? 0 : 1);
    if (at === 0) this.#ahead?.set.addAll(this.#executed(this.#ordered[0] as World).set);
    const [world, next, invalidation] = [this.#ordered[at], this.#ordered[at + 1], this.#pending[at]];
    if (world === undefined || next === undefined || invalidation === undefined) return;
    const rest = new World(world);
    rest.set.drop(invalidation, this.#noteGone);
    next.set.addAll(rest.set);
  }

  /** All that is pending is executed; tells what went. True when something may have. */
  complete(gone: Gone): boolean {
    for (const [entry, rule] of this.#gone) gone.add(entry, rule);
    this.#gone = [];
    const changed = this.#last() !== this.#unexecuted;
    this.#unexecuted = this.#last();
    if (this.#ahead !== undefined) {
      for (const late of this.#pending.filter(isOvertaken)) this.#ahead.set.drop(late, ignored);
      this.#unexecuted.set.addAll(this.#ahead.set);
      this.#ahead = undefined;
    }
    this.#ordered = [this.#unexecuted];
    this.#pending = [];
    return changed;
  }

  /** What is left of `world` after the pending ones that overtake, and those that they do not overtake. */
  #executed(world: World): World {
    const rest = new World(world);
    for (const one of this.#pending) if (!isOvertaken(one)) rest.set.drop(one, ignored);
    return rest;
  }

  readonly #noteGone = (entry: Entry, rule: string): void => void this.#gone.push([entry, rule]);

  #last(): World {
    return this.#ordered.at(-1) as World;
  }
}

const ignored = (): void => {};

function isOvertaken(invalidation: CacheInvalidation): boolean {
  const { kind, granularity } = invalidation;
  return (kind === 'iotlb' || kind === 'pasid-iotlb') && granularity === 'page' && !invalidation.hint;
}

/** It drops whole translations, and leaves entries of structure caches that these were made from. */
function overtakes(invalidation: CacheInvalidation): boolean {
  const { kind, granularity } = invalidation;
  if (kind === 'pasid-iotlb') return granularity === 'pasid' || invalidation.hint;
  return kind === 'iotlb' && granularity === 'page' && invalidation.hint;
}
