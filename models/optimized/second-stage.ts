/**
 * Second-stage walk on 32-bit halves (3.7, 9.8). Nothing is allocated: a found page is left in `page`, and
 * the answer says how the walk ended. Whether the rights suffice is for the caller to see.
 */
import type { GuestMemory } from '../memory.ts';
import { NOT_MAPPED, note } from './flags.ts';
import { entryOffset, page, pageOffset, READ, WRITE } from './paging.ts';
import { caching } from './translation-caches.ts';
import type { TranslationUnit } from './translation-unit.ts';

export const FOUND = 0;
export const BEYOND_WIDTH = 1;
export const TOP_UNREADABLE = 2;
export const TABLE_UNREADABLE = 3;
/** An entry, or in `page.rights` a whole path, that grants neither right. */
export const UNUSED = 4;
export const RESERVED = 5;
/** A flag is due but walks are not snooped (3.10). */
export const NOT_SNOOPED = 6;

const ACCESSED = 0x100;
export const DIRTY = 0x200;

/** The tables that requests are translated by, set before a walk. */
export const secondStage = {
  /** 3 to 5. */
  levels: 0,
  topHigh: 0,
  topLow: 0,
  /** Input addresses of this many bits are translated. */
  limit: 0,
  /** SSADE: accessed and dirty flags are kept. */
  flags: false,
  snooped: false,
  /** Note of the leaf that the last walk found, NOT_MAPPED without flags. */
  leaf: NOT_MAPPED,
  /** Whether the leaf is dirty already. */
  dirty: false,
  /** Whether every entry was accessed before, or flags are not kept. */
  accessed: true,
};

/** Sets the tables: `levels` from the one at `topHigh`:`topLow`. */
export function useSecondStage(
  unit: TranslationUnit,
  levels: number,
  topHigh: number,
  topLow: number,
  flags: boolean,
  snooped: boolean,
): void {
  secondStage.levels = levels;
  secondStage.topHigh = topHigh;
  secondStage.topLow = topLow;
  secondStage.limit = Math.min(unit.mgaw, 12 + 9 * levels);
  secondStage.flags = flags;
  secondStage.snooped = snooped;
}

/** Walks for the input address `addressHigh`:`addressLow`. */
export function walkSecondStage(
  unit: TranslationUnit,
  memory: GuestMemory,
  addressHigh: number,
  addressLow: number,
): number {
  const { levels, limit, flags, snooped } = secondStage;
  if (addressHigh >>> (limit - 32) !== 0) return BEYOND_WIDTH;
  const { halves } = memory;
  let rights = READ | WRITE;
  let high = secondStage.topHigh;
  let low = secondStage.topLow;
  secondStage.leaf = NOT_MAPPED;
  secondStage.accessed = true;
  const { structures: caches } = caching;
  let level = levels;
  if (caches !== undefined) {
    level = caches.findSecondStage(levels, addressHigh, addressLow);
    if (level !== levels) ({ high, low, rights } = caches.table);
  }
  for (; ; level--) {
    const entryAddress = (low | entryOffset(level, addressHigh, addressLow)) >>> 0;
    const at = memory.locate(high, entryAddress);
    if (at < 0) return level === levels ? TOP_UNREADABLE : TABLE_UNREADABLE;
    const entryLow = halves[at] as number;
    const entryHigh = halves[at + 1] as number;
    if ((entryLow & (READ | WRITE)) === 0) return UNUSED;
    const isPage = level === 1 ? 1 : (entryLow >>> 7) & 1;
    const kind = 2 * level + isPage;
    const reserved =
      (entryLow & (unit.reservedLow[kind] as number)) | (entryHigh & (unit.reservedHigh[kind] as number));
    if (reserved !== 0) return RESERVED;
    if (flags) {
      if ((entryLow & ACCESSED) === 0) {
        if (!snooped) return NOT_SNOOPED;
        secondStage.accessed = false;
      }
      secondStage.leaf = note(at, high, entryAddress, ACCESSED);
    }
    rights &= entryLow;
    high = entryHigh & 0xf_ffff;
    low = (entryLow & 0xffff_f000) >>> 0;
    if (isPage === 0) {
      if (caches !== undefined && secondStage.accessed)
        caches.keepSecondStage(level, addressHigh, addressLow, high, low, rights);
      continue;
    }
    page.high = high;
    page.low = (low | pageOffset(level, addressLow)) >>> 0;
    page.bits = 3 + 9 * level;
    page.rights = rights;
    page.snoop = (entryLow & 0x800) !== 0;
    secondStage.dirty = (entryLow & DIRTY) !== 0;
    return FOUND;
  }
}
