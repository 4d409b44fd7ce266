/** The second stage with every choice that is left open (3.7, 9.8, doubts D1, D5, D22, D25). */
import type { Attempt } from './attempt.ts';

const READ = 1n;
const WRITE = 2n;
const ACCESSED = 1n << 8n;
const DIRTY = 1n << 9n;
const SNOOP = 1n << 11n;
const ADDRESS = (1n << 52n) - 0x1000n;

export interface SecondStage {
  readonly legacy: boolean;
  readonly top: bigint;
  readonly levels: number;
  /** SSADE, and whether flags can be set. */
  readonly flags: boolean;
  readonly snooped: boolean;
  /** EMTE, where the unit has memory types. */
  readonly memoryTypes: boolean;
}

/** What is looked for, and the codes for what it lacks. */
export interface Purpose {
  readonly read: boolean;
  readonly write: boolean;
  readonly whatever: boolean;
  readonly zeroLength: boolean;
  /** The dirty flag of a page that may be written is due. */
  readonly dirties: boolean;
  readonly noRead: readonly number[];
  readonly noWrite: readonly number[];
}

export interface Page {
  readonly address: bigint;
  readonly bits: number;
  readonly read: boolean;
  readonly write: boolean;
  readonly snoop: boolean;
  /** Address of the leaf. */
  readonly leaf: bigint;
}

const codes = {
  legacy: { beyond: 0x04, top: 0x03, table: 0x07, reserved: 0x0c },
  scalable: { beyond: 0x84, top: 0x7b, table: 0x78, reserved: 0x7a },
} as const;
const NONE = 0x79;
const NOT_SNOOPED = 0x7c;

export function isBeyond({ unit }: Attempt, { levels }: SecondStage, address: bigint): boolean {
  return address >> BigInt(Math.min(unit.capabilities.MGAW + 1, 12 + 9 * levels)) !== 0n;
}

/** The page of `address`, or a fault code. */
export function walkSecondStage(
  attempt: Attempt,
  stage: SecondStage,
  address: bigint,
  purpose: Purpose,
): Page | number {
  const { legacy, levels, flags, snooped } = stage;
  const named = legacy ? codes.legacy : codes.scalable;
  const { reservedLow, reservedHigh } = attempt.unit.masks;
  let table = stage.top;
  if (isBeyond(attempt, stage, address)) {
    const unreadable = attempt.word(table + offset(address, levels)) === undefined;
    return attempt.fails(unreadable ? [named.beyond, named.top] : [named.beyond]);
  }
  let read = true;
  let write = true;
  for (let level = levels; ; level--) {
    const at = table + offset(address, level);
    const word = attempt.word(at);
    if (word === undefined) return attempt.fails([level === levels ? named.top : named.table]);
    if ((word & (READ | WRITE)) === 0n) return attempt.fails(nothing(legacy, purpose));
    read &&= (word & READ) !== 0n;
    write &&= (word & WRITE) !== 0n;
    const missing = missingRights(attempt, legacy, purpose, read, write);

    const isPage = level === 1 || (word & 0x80n) !== 0n;
    const kind = 2 * level + (isPage ? 1 : 0);
    const reserved = (BigInt(reservedHigh[kind] ?? 0) << 32n) | BigInt(reservedLow[kind] ?? 0);
    if ((word & reserved) !== 0n) return attempt.fails([named.reserved, ...missing]);
    const type = Number((word >> 3n) & 7n);
    const strangeType = isPage && stage.memoryTypes && [2, 3, 7].includes(type);
    if (strangeType && attempt.choices.may()) return attempt.fails([named.reserved, ...missing]);

    const unset = flags && !snooped && (word & ACCESSED) === 0n ? [NOT_SNOOPED] : [];
    const found = attempt.meets([...missing, ...unset]);
    if (found !== 0) return found;
    if (flags && snooped) attempt.accesses(at, ACCESSED);
    table = word & ADDRESS;
    if (!isPage) continue;

    if (flags && purpose.dirties && write && (word & DIRTY) === 0n) {
      if (!snooped) {
        const unwritten = attempt.meets([NOT_SNOOPED]);
        if (unwritten !== 0) return unwritten;
      } else attempt.dirties(at, DIRTY);
    }
    const bits = 3 + 9 * level;
    const page = table | (address & ((1n << BigInt(bits)) - 1n));
    const snoop = attempt.unit.capabilities.SC === 1 && (word & SNOOP) !== 0n;
    return { address: page, bits, read, write, snoop, leaf: at };
  }
}

function offset(address: bigint, level: number): bigint {
  return ((address >> BigInt(3 + 9 * level)) & 0x1ffn) * 8n;
}

/** An entry that grants nothing: legacy mode has no code of its own for it (LGN.2, LGN.3). */
function nothing(legacy: boolean, { read, write, whatever, noRead, noWrite }: Purpose): readonly number[] {
  if (!legacy) return [NONE];
  return [...(read || whatever ? noRead : []), ...(write || whatever ? noWrite : [])];
}

function missingRights(
  attempt: Attempt,
  legacy: boolean,
  purpose: Purpose,
  read: boolean,
  write: boolean,
): readonly number[] {
  const none = !read && !write;
  if (purpose.whatever) return none ? nothing(legacy, purpose) : [];
  const lacksWrite = purpose.write && !write;
  let lacksRead = purpose.read && !read;
  // D25: whether one entry's write right does where another entry grants only read.
  if (lacksRead && purpose.zeroLength) lacksRead = none && attempt.choices.may();
  if (!lacksRead && !lacksWrite) return [];
  return [
    ...(none && !legacy ? [NONE] : []),
    ...(lacksRead ? purpose.noRead : []),
    ...(lacksWrite ? purpose.noWrite : []),
  ];
}
