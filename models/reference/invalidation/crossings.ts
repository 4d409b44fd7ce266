/** Places where courses of one request came by, so that none is gone on from twice. */
import { isSameSlot, type Slot } from './cached-entry.ts';

/** Only outside of entries that serve a course. */
export class Crossings {
  readonly #known: { readonly address: bigint; readonly slots: readonly Slot[]; readonly path: string }[] =
    [];

  /** `slots` are those that what follows depends on; a later course on the same `path` is on it still. */
  isKnown(address: bigint, slots: readonly Slot[], path: string): boolean {
    const known = this.#known.find(
      (other) =>
        other.address === address && other.slots.length === slots.length && startsWith(slots, other.slots),
    );
    if (known === undefined) this.#known.push({ address, slots, path });
    return known !== undefined && known.path !== path;
  }
}

/** Whether `slots` begin like `start`. */
export function startsWith(slots: readonly Slot[], start: readonly Slot[]): boolean {
  return start.length <= slots.length && start.every((slot, index) => isSameSlot(slot, slots[index] as Slot));
}
