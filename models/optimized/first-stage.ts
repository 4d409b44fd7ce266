/**
 * First-stage walk (3.6, 9.7) and nested translation (3.8): with nesting each table access and the final
 * address go through second stage. The answer is 0 with the output in `page`, or a fault code.
 */
import type { GuestMemory } from '../memory.ts';
import { current, isWrite, missingRight, TRANSLATION } from './current-request.ts';
import { NOT_MAPPED, note, noteMore } from './flags.ts';
import { entryOffset, isInterruptPage, page, pageOffset, READ, WRITE } from './paging.ts';
import { BEYOND_WIDTH, DIRTY, FOUND, secondStage, walkSecondStage } from './second-stage.ts';
import { rightsFault, scalableFault } from './stage-faults.ts';
import { caching } from './translation-caches.ts';
import type { TranslationUnit } from './translation-unit.ts';

const WRITABLE = 0x2;
const USER = 0x4;
const ACCESSED = 0x20;
const DIRTY_PAGE = 0x40;
const EXTENDED_ACCESSED = 0x400;

/** The tables that requests are translated by, set before a walk. */
export const firstStage = {
  /** 4 or 5. */
  levels: 0,
  topHigh: 0,
  topLow: 0,
  nested: false,
  /** WPE: privileged requests need R/W too. */
  protect: false,
  /** EAFE. */
  extended: false,
  snooped: false,
  /** Whether the page that the last walk found is dirty already. */
  dirty: false,
};

/** Translates the current request. */
export function walkFirstStage(unit: TranslationUnit, memory: GuestMemory): number {
  const { levels, nested, snooped } = firstStage;
  const { high, low } = current;
  if (!isCanonical(levels, high)) return 0x80;
  const { halves } = memory;
  const due = firstStage.extended ? ACCESSED | EXTENDED_ACCESSED : ACCESSED;
  let granted = USER | WRITABLE;
  let tableHigh = firstStage.topHigh;
  let tableLow = firstStage.topLow;
  const { structures: caches } = caching;
  let level = levels;
  let reached = false;
  if (caches !== undefined) {
    level = caches.findFirstStage(levels, nested);
    if (level !== levels)
      ({ high: tableHigh, low: tableLow, rights: granted, combined: reached } = caches.table);
  }
  // Entries may be cached as long as all that lead to them were accessed before (6.2.5).
  let accessed = true;
  for (; ; level--) {
    let entryHigh = tableHigh;
    let entryAddress = (tableLow | entryOffset(level, high, low)) >>> 0;
    let mapping = NOT_MAPPED;
    let writable = true;
    if (reached) {
      writable = caches?.table.writable === true;
      reached = false;
    } else {
      if (nested) {
        const fault = reachTable(unit, memory, level === levels, entryHigh, entryAddress);
        if (fault !== 0) return fault;
        entryHigh = page.high;
        entryAddress = page.low;
        mapping = secondStage.leaf;
        writable = (page.rights & WRITE) !== 0;
      }
      if (caches !== undefined && accessed && level !== levels) {
        caches.keepFirstStage(level + 1, tableHigh, tableLow, granted);
        if (nested && secondStage.accessed)
          caches.keepCombined(level + 1, entryHigh, (entryAddress & 0xffff_f000) >>> 0, granted, writable);
      }
    }
    const at = memory.locate(entryHigh, entryAddress);
    if (at < 0) return level === levels ? 0x73 : 0x70;
    const word = halves[at] as number;
    const upper = halves[at + 1] as number;
    if ((word & 1) === 0) return 0x71;
    const isPage = level === 1 ? 1 : (word >>> 7) & 1;
    const reserved =
      (word & (unit.firstReservedLow[2 * level + isPage] as number)) |
      (upper & unit.entries.aboveHaw & 0xf_ffff);
    if (reserved !== 0) return 0x72;
    tableHigh = upper & 0xf_ffff;
    tableLow = (word & 0xffff_f000) >>> 0;
    if (nested && tableHigh >>> (secondStage.limit - 32) !== 0) return 0x74;
    if ((word & due) !== due) {
      accessed = false;
      if (!snooped) return 0x90;
      if (!writable) return 0x77;
    }
    granted &= word;
    if (isPage === 0 && (word & due) === due) continue;
    const noted = note(at, entryHigh, entryAddress, due, mapping);
    if (isPage === 0) continue;
    tableLow = (tableLow & ~pageOffset(level, 0xffff_ffff)) >>> 0;
    page.high = tableHigh;
    page.low = (tableLow | pageOffset(level, low)) >>> 0;
    page.bits = 3 + 9 * level;
    firstStage.dirty = (word & DIRTY_PAGE) !== 0;
    const fault = finish(unit, memory, granted);
    if (fault !== 0 || !isWrite(page.rights)) return fault;
    if ((word & DIRTY_PAGE) === 0) {
      if (!snooped) return 0x90;
      if (!writable) return 0x77;
    }
    noteMore(noted, DIRTY_PAGE);
    return 0;
  }
}

/** Bits 63:N equal bit N-1, N being 48 or 57. */
function isCanonical(levels: number, high: number): boolean {
  const sign = (high | 0) >> (levels === 4 ? 15 : 24);
  return sign === 0 || sign === -1;
}

/** Access to the first-stage entry at the guest-physical `high`:`low` (3.8.1). */
function reachTable(
  unit: TranslationUnit,
  memory: GuestMemory,
  top: boolean,
  high: number,
  low: number,
): number {
  const end = walkSecondStage(unit, memory, high, low);
  if (end === BEYOND_WIDTH) return 0x74;
  if (end !== FOUND) return scalableFault(end);
  const needed = secondStage.flags ? READ | WRITE : READ;
  return (page.rights & needed) === needed ? 0 : top ? 0x75 : 0x76;
}

/** Rights of the page in `page`, through second stage where nested, and its range. */
function finish(unit: TranslationUnit, memory: GuestMemory, granted: number): number {
  const { privileged, kind } = current;
  if (!privileged && (granted & USER) === 0) return 0x81;
  const mayWrite = (granted & WRITABLE) !== 0 || (privileged && !firstStage.protect);
  const rights = mayWrite ? READ | WRITE : READ;
  page.rights = rights;
  page.snoop = false;
  let fault = rightsFault(missingRight(rights));
  if (fault !== 0) return fault;
  if (firstStage.nested) {
    const { bits } = page;
    const end = walkSecondStage(unit, memory, page.high, page.low);
    if (end !== FOUND) return scalableFault(end);
    if (page.rights === 0) return 0x79;
    page.rights &= rights;
    page.bits = Math.min(page.bits, bits);
    fault = rightsFault(missingRight(page.rights));
    if (fault !== 0) return fault;
  }
  if (isInterruptPage(kind === TRANSLATION)) return 0x87;
  return firstStage.nested ? secondStageDirty() : 0;
}

/** D of the second-stage leaf that maps the final page, where it is due; a fault code when it can't be set. */
export function secondStageDirty(): number {
  const { flags, snooped, leaf, dirty } = secondStage;
  if (!flags || !isWrite(page.rights)) return 0;
  if (!dirty && !snooped) return 0x7c;
  noteMore(leaf, DIRTY);
  return 0;
}
