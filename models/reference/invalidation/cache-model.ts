/** What a stream asks of a model of the caches: what may be in them, and so what a request may be answered. */
import type { CacheInvalidation, Entry } from './cached-entry.ts';
import type { GoneWay } from './gone.ts';
import type { Passage } from './made-entries.ts';
import type { Race } from './memory-reader.ts';
import type { StatusWrites } from './status-writes.ts';

export interface CacheModel {
  /** Caches that hold the same and go on by themselves. */
  copy(): CacheModel;
  /** Number of the step that comes next. */
  startStep(step: number): void;
  /** The words of 64 bits at `addresses` are about to change. */
  beforeStore(addresses: readonly bigint[]): void;
  /** `status`: what waits wrote, without what was stored over. */
  afterStore(addresses: readonly bigint[], status: StatusWrites): void;
  /** A new root table counts; `rule` empties all caches, if it does. */
  setRoot(rtaddr: bigint, rule: string | undefined): void;
  /** All caches are emptied, by `rule`. */
  clear(rule: string): void;
  /** The invalidation will be executed at any moment until `complete`. */
  accept(invalidation: CacheInvalidation): void;
  /** Everything that was accepted is executed by now. */
  complete(): void;
  /** The unit itself has executed `invalidation` before it goes on, by `rule`. */
  execute(invalidation: CacheInvalidation, rule: string): void;
  /**
   * Ways of request `asker`, those through memory alone first; undefined when anything may be answered. With
   * `race`, memory changes meanwhile.
   */
  request(asker: number, race: Race | undefined): readonly Passage[] | undefined;
  /** Further ways of the same request, for when none of those is the one that it took. */
  furtherWays(asker: number, race: Race | undefined): Iterable<Passage>;
  /** Entries that may be held, as far as they are known and memory has changed since they were made. */
  held(): readonly Entry[];
  /** Ways of request `asker` that go through what was dropped, with the rule that dropped it. */
  goneWays(asker: number, besideHeld: boolean): readonly GoneWay[];
}
