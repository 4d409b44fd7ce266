/** The first stage, alone or nested, with every choice that is left open (3.6, 3.8, 9.7, doubts D4, D21, D22). */
import type { Attempt } from './attempt.ts';
import { isBeyond, type Page, type Purpose, type SecondStage, walkSecondStage } from './second-stage.ts';

const PRESENT = 1n;
const WRITABLE = 2n;
const USER = 4n;
const ACCESSED = 1n << 5n;
const DIRTY = 1n << 6n;
const EXTENDED_ACCESSED = 1n << 10n;
const SECOND_STAGE_DIRTY = 1n << 9n;
const ADDRESS = (1n << 52n) - 0x1000n;

export interface FirstStage {
  readonly top: bigint;
  /** 4 or 5. */
  readonly levels: number;
  /** WPE and EAFE. */
  readonly protects: boolean;
  readonly extended: boolean;
  readonly snooped: boolean;
  readonly nested: SecondStage | undefined;
}

/** A first-stage entry in host memory. */
interface Place {
  readonly at: bigint;
  readonly writable: boolean;
  /** The second-stage leaf that maps it. */
  readonly leaf: bigint | undefined;
}

/** The page of the request, or a fault code. */
export function walkFirstStage(attempt: Attempt, stage: FirstStage): Page | number {
  const { levels, nested, snooped } = stage;
  const { request, wants, privileged, unit } = attempt;
  const { address } = request;
  const isCanonical = BigInt.asUintN(64, BigInt.asIntN(3 + 9 * levels + 9, address)) === address;
  if (!isCanonical) return notCanonical(attempt, stage);
  const due = ACCESSED | (stage.extended ? EXTENDED_ACCESSED : 0n);
  const aboveHaw = ADDRESS & ~((1n << BigInt(unit.haw)) - 1n);
  let table = stage.top;
  let user = true;
  let writable = true;
  for (let level = levels; ; level--) {
    const isTop = level === levels;
    const place = locate(attempt, stage, table + offset(address, level), isTop);
    if (typeof place === 'number') return place;
    const { at } = place;
    const word = attempt.word(at);
    if (word === undefined) return attempt.fails([isTop ? 0x73 : 0x70]);
    if ((word & PRESENT) === 0n) return attempt.fails([0x71]);
    user &&= (word & USER) !== 0n;
    writable &&= (word & WRITABLE) !== 0n;
    const missing = [
      ...(!privileged && !user ? [0x81] : []),
      ...(wants.write && !writable && (!privileged || stage.protects) ? [0x85] : []),
    ];
    const isPage = level === 1 || (word & 0x80n) !== 0n;
    const next = word & ADDRESS;
    const low = BigInt(unit.masks.firstReservedLow[2 * level + (isPage ? 1 : 0)] ?? 0);
    const wrong = [
      ...((word & (low | aboveHaw)) === 0n ? [] : [0x72]),
      ...(nested !== undefined && isBeyond(attempt, nested, next) ? [0x74, 0x84] : []),
    ];
    if (wrong.length > 0) return attempt.fails([...wrong, ...missing]);
    const found = attempt.meets([...missing, ...obstacles(stage, place, word, due)]);
    if (found !== 0) return found;
    setFlags(attempt, stage, place, word, due, true);
    table = next;
    if (!isPage) continue;

    const bits = 3 + 9 * level;
    const output = (next & ~((1n << BigInt(bits)) - 1n)) | (address & ((1n << BigInt(bits)) - 1n));
    const write = writable || (privileged && !stage.protects);
    const page = finalPage(attempt, stage, output, bits, write, writable);
    if (typeof page === 'number' || !wants.dirties || !page.write) return page;
    const unset = attempt.meets(obstacles(stage, place, word, DIRTY));
    if (unset !== 0) return unset;
    if (snooped) setFlags(attempt, stage, place, word, DIRTY, false);
    return page;
  }
}

function offset(address: bigint, level: number): bigint {
  return ((address >> BigInt(3 + 9 * level)) & 0x1ffn) * 8n;
}

/** That the top table can't be reached, or read, holds all the same. */
function notCanonical(attempt: Attempt, stage: FirstStage): number {
  const found = attempt.meets([0x80]);
  if (found !== 0) return found;
  const place = locate(attempt, stage, stage.top + offset(attempt.request.address, stage.levels), true);
  if (typeof place === 'number') return place;
  return attempt.fails(attempt.word(place.at) === undefined ? [0x73] : []);
}

/** Where the entry at `address` lies; reading it takes rights of the second stage (3.8.1). */
function locate(attempt: Attempt, { nested }: FirstStage, address: bigint, isTop: boolean): Place | number {
  if (nested === undefined) return { at: address, writable: true, leaf: undefined };
  const unreadable = isTop ? 0x75 : 0x76;
  const purpose: Purpose = {
    read: true,
    write: nested.flags,
    whatever: false,
    zeroLength: false,
    dirties: false,
    noRead: [unreadable, 0x86],
    noWrite: [unreadable, 0x77, 0x85],
  };
  const page = walkSecondStage(attempt, nested, address, purpose);
  if (typeof page === 'number') return page;
  // Without the place there is nothing that could be looked at.
  if (attempt.isDoomed && !(page.read && (page.write || !nested.flags))) return attempt.fails([]);
  // D22: a unit may take every access to a table for one that writes.
  if (nested.flags && nested.snooped && attempt.choices.may()) attempt.dirties(page.leaf, SECOND_STAGE_DIRTY);
  return { at: page.address, writable: page.write, leaf: nested.flags ? page.leaf : undefined };
}

/** Why `flags` of an entry can't be set, where they have to be (3.10, 3.8.1). */
function obstacles(
  { snooped }: FirstStage,
  { writable }: Place,
  word: bigint,
  flags: bigint,
): readonly number[] {
  if ((word & flags) === flags) return [];
  return [...(snooped ? [] : [0x90]), ...(writable ? [] : [0x77, 0x85])];
}

function setFlags(
  attempt: Attempt,
  { snooped }: FirstStage,
  { at, writable, leaf }: Place,
  word: bigint,
  flags: bigint,
  early: boolean,
): void {
  if (!snooped || !writable || (word & flags) === flags) return;
  if (early) attempt.accesses(at, flags);
  else attempt.dirties(at, flags);
  if (leaf === undefined) return;
  if (early) attempt.accesses(leaf, SECOND_STAGE_DIRTY);
  else attempt.dirties(leaf, SECOND_STAGE_DIRTY);
}

/** The page that the first stage found, through the second where there is one. */
function finalPage(
  attempt: Attempt,
  { nested }: FirstStage,
  address: bigint,
  bits: number,
  write: boolean,
  writable: boolean,
): Page | number {
  if (nested === undefined) return { address, bits, read: true, write, snoop: false, leaf: 0n };
  const { wants } = attempt;
  const purpose: Purpose = { ...wants, dirties: wants.dirties && write, noRead: [0x86], noWrite: [0x85] };
  const page = walkSecondStage(attempt, nested, address, purpose);
  if (typeof page === 'number') return page;
  // 3.14: whether the second stage's write right does for a zero-length read that the first stage lets read only.
  if (wants.zeroLength && !page.read && !writable && attempt.choices.may()) return attempt.fails([0x86]);
  return { ...page, bits: Math.min(bits, page.bits), write: write && page.write };
}
