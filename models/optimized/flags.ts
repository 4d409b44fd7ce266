/**
 * Accessed, extended accessed and dirty flags (3.6.2, 3.7.2). A walk notes what it would set; nothing is
 * written unless the request succeeds. Words that were written are kept for the observation.
 */
import type { GuestMemory } from '../memory.ts';

/** Entries that one nested walk of 5 by 5 levels uses, and more. */
const MOST_NOTES = 64;
/** No second-stage entry maps the noted one. */
export const NOT_MAPPED = -1;
const SECOND_STAGE_DIRTY = 0x200;

const places = new Int32Array(MOST_NOTES);
const highs = new Uint32Array(MOST_NOTES);
const lows = new Uint32Array(MOST_NOTES);
const bits = new Uint32Array(MOST_NOTES);
const mappings = new Int32Array(MOST_NOTES);
let notes = 0;

interface ChangedWord {
  readonly address: bigint;
  readonly place: number;
}
const changed: ChangedWord[] = [];

/** Forgets what a case changed. */
export function forgetChanges(): void {
  changed.length = 0;
}

/** Forgets what a request noted. */
export function forgetNotes(): void {
  notes = 0;
}

/**
 * Notes that `flags` of the word `place` (an index of halves) at `high`:`low` are due. `mapping` is the note of
 * the second-stage leaf that maps the word, to become dirty when the word is written. Returns the note.
 */
export function note(place: number, high: number, low: number, flags: number, mapping = NOT_MAPPED): number {
  places[notes] = place;
  highs[notes] = high;
  lows[notes] = low;
  bits[notes] = flags;
  mappings[notes] = mapping;
  return notes++;
}

/** Adds `flags` to what is due. */
export function noteMore(noted: number, flags: number): void {
  bits[noted] = (bits[noted] as number) | flags;
}

/** Sets every flag that was noted. First-stage entries go first: their writes make second-stage leaves dirty. */
export function setFlags({ halves }: GuestMemory): void {
  for (let index = 0; index < notes; index++) {
    const mapping = mappings[index] as number;
    if (
      mapping === NOT_MAPPED ||
      ((bits[index] as number) & ~(halves[places[index] as number] as number)) === 0
    )
      continue;
    noteMore(mapping, SECOND_STAGE_DIRTY);
  }
  for (let index = 0; index < notes; index++) {
    const place = places[index] as number;
    const before = halves[place] as number;
    const after = (before | (bits[index] as number)) >>> 0;
    if (after === before) continue;
    halves[place] = after;
    if (changed.every((word) => word.place !== place))
      changed.push({
        address: (BigInt(highs[index] as number) << 32n) | BigInt(lows[index] as number),
        place,
      });
  }
}

/** The words that hold other values than at the start, in ascending order. */
export function changedWords({ halves }: GuestMemory): { address: bigint; value: bigint }[] {
  return changed
    .map(({ address, place }) => ({
      address,
      value: (BigInt(halves[place + 1] as number) << 32n) | BigInt(halves[place] as number),
    }))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
}
