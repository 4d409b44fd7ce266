/** How an entry serves a walk: slot by slot, passing by the tables that it leads past (VT-d 6.2.5). */
import { bits } from '../../../spec/bits.ts';
import type { SlotKind } from '../walk.ts';
import type { Entry, Slot } from './cached-entry.ts';

type Words = readonly bigint[];

/** The slots of `entry` that serve a walk from a structure of `kind` on. */
export function partOf(entry: Entry, kind: SlotKind): readonly Slot[] {
  return fromKind(entry, entry.slots, kind);
}

/** What was read for those. */
export function originOf(entry: Entry, kind: SlotKind): readonly Slot[] {
  return fromKind(entry, entry.origin, kind);
}

function fromKind(
  { cache, legacy }: Pick<Entry, 'cache' | 'legacy'>,
  slots: readonly Slot[],
  kind: SlotKind,
): readonly Slot[] {
  if (cache !== 'iotlb' && cache !== 'host-permission-leaf') return slots;
  if (kind === 'root') return slots;
  if (kind === 'pasid-directory') return slots.slice(2);
  return slots.slice(legacy ? 2 : 4);
}

const POINTED_PAGE = 0xfffn;
const LEGACY_CONTEXT_WORDS = 2;
const PASID_ENTRY_WORDS = 8;

/** What a context or PASID table entry says of requests: not where tables lie, of which domain, and how deep. */
export function flagsOf(words: Words): Words {
  const [first = 0n, second = 0n, third = 0n] = words;
  const flags = first & POINTED_PAGE;
  switch (words.length) {
    case LEGACY_CONTEXT_WORDS:
      return [flags];
    case PASID_ENTRY_WORDS:
      return [flags, second >> 16n, third & POINTED_PAGE];
    default:
      return [flags, second];
  }
}

/** What a walk gets; no words where memory did not answer when the entry was made. */
export type Served = Pick<Slot, 'words'>;

/** Tables that are passed by: every right, and no flag left to set. */
const PASSABLE_FIRST_STAGE: Served = { words: [0x467n] };
const PASSABLE_SECOND_STAGE: Served = { words: [0x3n] };
const PASSABLE_WITH_FLAGS: Served = { words: [0x303n] };

/** An entry that serves a walk slot by slot. */
export class Serving {
  readonly #slots: readonly Slot[];
  /** Second-stage walks to first-stage tables are passed by, as the tables are. */
  readonly #skipsSecondStage: boolean;
  readonly #keepsFlags: boolean;
  /** What was given last stands for a table that the entry leads past. */
  passesBy = false;
  /** Rights that what was given last has, and tables above it did not grant: the entry has the logical-AND (6.2.5). */
  refused = 0n;
  #refused = 0n;
  #next = 0;

  constructor({ cache }: Entry, slots: readonly Slot[], keepsFlags: boolean) {
    this.#slots = slots;
    this.#skipsSecondStage = cache === 'first-stage';
    this.#keepsFlags = keepsFlags;
  }

  /** Undefined when the entry has nothing for such a slot. */
  next(kind: SlotKind, level: number): Served | undefined {
    const slots = this.#slots;
    // A walk of fewer levels than the entry comes from passes by the upper ones, not by what they refuse.
    while (isAbove(slots[this.#next], kind, level)) this.#refused |= refusedBy(slots[this.#next++]);
    const slot = slots[this.#next];
    this.refused = 0n;
    if (slot === undefined) return undefined;
    const isServed = slot.kind === kind && slot.level === level;
    this.passesBy = !isServed || slot.passedBy;
    if (isServed) {
      [this.refused, this.#refused] = [this.#refused, 0n];
      return slots[this.#next++];
    }
    if (kind === 'second-stage' && (slot.kind === kind || this.#skipsSecondStage)) {
      return this.#keepsFlags ? PASSABLE_WITH_FLAGS : PASSABLE_SECOND_STAGE;
    }
    return kind === 'first-stage' && slot.kind === kind ? PASSABLE_FIRST_STAGE : undefined;
  }

  /** The entry does not reach as far as a slot of `kind`. */
  isEnd(kind: SlotKind): boolean {
    return this.#slots[this.#next] === undefined && kind !== 'root';
  }
}

/** The slot is of a walk of more levels than one that is at `level` yet: it is passed by. */
export function isAbove(slot: Slot | undefined, kind: SlotKind, level: number): boolean {
  return slot !== undefined && slot.kind === kind && slot.level > level;
}

const TABLE = bits(51, 12);

interface Below {
  readonly table: bigint;
  /** Rights that the entry does not have. */
  readonly refused: bigint;
}

/**
 * The table that `entry` leads to, where it is of a deeper walk and a walk of `kind` begins with a table of that
 * level: a lookup by domain and address finds it all the same (6.2.7), software is to give a domain one width.
 */
export function tableBelow({ slots, faulting }: Entry, kind: SlotKind, level: number): Below | undefined {
  const end = slots.at(-1);
  const [word] = end?.words ?? [];
  if (faulting || word === undefined || end?.kind !== kind || end.level !== level + 1) return undefined;
  const own = slots.filter((slot) => slot.kind === kind);
  return { table: word & TABLE, refused: own.reduce((all, slot) => all | refusedBy(slot), 0n) };
}

/** R/W and U/S of first stage, R and W of second. */
const FIRST_STAGE_RIGHTS = 0b110n;
const SECOND_STAGE_RIGHTS = 0b011n;

function refusedBy(slot: Slot | undefined): bigint {
  const rights = slot?.kind === 'first-stage' ? FIRST_STAGE_RIGHTS : SECOND_STAGE_RIGHTS;
  return rights & ~(slot?.words?.[0] ?? 0n);
}
