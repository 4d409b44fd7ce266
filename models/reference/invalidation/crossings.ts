/** Places where courses of one request came by, so that none is gone on from twice. */
import { isSameSlot, type Slot } from './cached-entry.ts';

interface Crossing {
  readonly address: bigint;
  /** What follows depends on these. */
  readonly slots: readonly Slot[];
  readonly path: string;
  /** No pages of the guest led here: entries that 6.2.5 lists are named rather than those. */
  readonly isListed: boolean;
}

/** Only outside of entries that serve a course. */
export class Crossings {
  readonly #known: Crossing[] = [];

  /** A later course on the same path is on it still. */
  isKnown(crossing: Crossing): boolean {
    const { address, slots, path, isListed } = crossing;
    const known = this.#known.find(
      (other) =>
        other.address === address &&
        other.slots.length === slots.length &&
        (other.isListed || !isListed) &&
        startsWith(slots, other.slots),
    );
    if (known === undefined) this.#known.push(crossing);
    return known !== undefined && known.path !== path;
  }
}

/** Whether `slots` begin like `start`. */
export function startsWith(slots: readonly Slot[], start: readonly Slot[]): boolean {
  return start.length <= slots.length && start.every((slot, index) => isSameSlot(slot, slots[index] as Slot));
}
