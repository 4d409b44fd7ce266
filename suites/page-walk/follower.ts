/**
 * Follows the calls that were observed through the reference's walk: where several are allowed the one that
 * was seen is taken, and the walk ends at the first that is not allowed, or where the hook failed.
 */
import type { Announcement, Calls } from '../../models/reference/announcements.ts';
import type { Audience, Visit } from '../../models/reference/range-walk.ts';
import type { PageWalkCase, WalkEvent } from '../../spec/schema.ts';

/** The first call that is not as allowed. */
export interface Deviation {
  readonly rule: string;
  readonly expected: WalkEvent;
  /** Undefined: there were no more calls. */
  readonly observed: WalkEvent | undefined;
}

export class Follower implements Audience {
  /** Calls that were followed so far. */
  at = 0;
  deviation: Deviation | undefined;
  /** The hook failed at the last call that was followed. */
  hookFailed = false;
  readonly visits: Visit[] = [];
  readonly #events: readonly WalkEvent[];
  readonly #failsAt: number;

  constructor({ hookFailure }: PageWalkCase, events: readonly WalkEvent[]) {
    this.#events = events;
    this.#failsAt = hookFailure?.at ?? Number.POSITIVE_INFINITY;
  }

  call({ rule, alternatives }: Announcement): Calls | undefined {
    let followed = 0;
    let expected: WalkEvent | undefined;
    for (const calls of longestFirst(alternatives)) {
      const wanted = Math.min(calls.length, this.#failsAt + 1 - this.at);
      const same = this.#sameCalls(calls, wanted);
      if (same === wanted) return this.#take(calls, wanted);
      if (expected === undefined || same > followed) {
        followed = same;
        expected = calls[same];
      }
    }
    const observed = this.#events[this.at + followed];
    if (expected) this.deviation = { rule, expected, observed };
    return undefined;
  }

  /** How many of the first `wanted` calls were observed next. */
  #sameCalls(calls: Calls, wanted: number): number {
    for (let index = 0; index < wanted; index++) {
      if (!isSame(calls[index], this.#events[this.at + index])) return index;
    }
    return wanted;
  }

  #take(calls: Calls, wanted: number): Calls | undefined {
    this.at += wanted;
    this.hookFailed = wanted > 0 && this.at - 1 === this.#failsAt;
    return this.hookFailed ? undefined : calls;
  }
}

/** As a `Follower`, and keeps every entry that the walk visits. */
export class VisitingFollower extends Follower {
  visit(visit: Visit): void {
    this.visits.push(visit);
  }
}

/** The order in which alternatives are tried. */
export function longestFirst(alternatives: readonly Calls[]): readonly Calls[] {
  return alternatives.length === 1 ? alternatives : alternatives.toSorted((a, b) => b.length - a.length);
}

function isSame(a: WalkEvent | undefined, b: WalkEvent | undefined): boolean {
  if (a === undefined || b === undefined || a.iova !== b.iova || a.size !== b.size) return false;
  if (a.event === 'unmap' || b.event === 'unmap') return a.event === b.event;
  return a.target === b.target && a.read === b.read && a.write === b.write;
}
