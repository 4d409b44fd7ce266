/**
 * Host permission table walk for translated requests (4.2.4, 9.12): 128-bit entries that hold permissions of
 * several pages, and below them another table. The answer is 0 with size and rights in `page`, or a code.
 */
import type { GuestMemory } from '../memory.ts';
import { current, missingRight } from './current-request.ts';
import { page, READ, WRITE } from './paging.ts';
import { caching, NOT_CACHED } from './translation-caches.ts';
import type { TranslationUnit } from './translation-unit.ts';

const TOP_UNREADABLE = 0xa2;
const UNREADABLE = 0xa0;
const RESERVED = 0xa1;

/** How the last walk ended: level of its last entry, and the permission, 0 when it found none. */
export const hostPermission = { level: 0, permission: 0, cacheable: false };

/** Walks from the table at `topHigh`:`topLow` for the address of the current request. */
export function walkHostPermission(
  unit: TranslationUnit,
  memory: GuestMemory,
  topHigh: number,
  topLow: number,
): number {
  const { halves } = memory;
  const { high, low } = current;
  let tableHigh = topHigh;
  let tableLow = topLow + 16 * (high >>> 9);
  if (tableLow >= 0x1_0000_0000) tableHigh++;
  const { structures: caches } = caching;
  let level = 4;
  let words = halves;
  let at = NOT_CACHED;
  if (caches !== undefined) {
    // The lowest level that is cached decides (6.2.6).
    for (level = 1; level < 4; level++) {
      at = caches.findHostPermission(level);
      if (at !== NOT_CACHED) break;
    }
    if (level === 4) at = caches.findHostPermission(4);
    if (at !== NOT_CACHED) words = caches.words;
  }
  for (; ; level--) {
    const read = at === NOT_CACHED;
    if (read) {
      at = memory.locate(tableHigh, tableLow >>> 0);
      if (at < 0) return level === 4 ? TOP_UNREADABLE : UNREADABLE;
    }
    let reserved = 0;
    let used = (words[at + 2] as number) & 1;
    for (let half = 0; half < 4; half++) {
      const word = words[at + half] as number;
      reserved |= word & (unit.permissionReserved[4 * level + half] as number);
      if (half < 2 || level === 1) used |= word;
    }
    if (reserved !== 0) return RESERVED;
    hostPermission.level = level;
    // An entry that says nothing is not cached (6.2.6).
    hostPermission.cacheable = used !== 0;
    if (caches !== undefined && used !== 0 && read) caches.keepHostPermission(level, words, at);
    if (level < 4) {
      const permission = permissionAt(words, at, level, high, low);
      if (permission !== 0) return grant(level, permission);
    }
    if (level === 1 || ((words[at + 2] as number) & 1) === 0) return grant(level, 0);
    tableHigh = (words[at + 3] as number) & 0xf_ffff;
    tableLow = (((words[at + 2] as number) & 0xffff_f000) | entryOffset(level - 1, high, low)) >>> 0;
    words = halves;
    at = NOT_CACHED;
  }
}

/** Byte offset of the entry of `level` (3 to 1): address bits 40:33, 32:25 or 24:17. */
function entryOffset(level: number, high: number, low: number): number {
  switch (level) {
    case 3:
      return (high << 3) & 0xff0;
    case 2:
      return ((high << 11) | (low >>> 21)) & 0xff0;
    default:
      return (low >>> 13) & 0xff0;
  }
}

/** Four bits: address bits 32:30, 24:21 or 16:12 select one of 8, 16 or 32 pages. */
function permissionAt(halves: Uint32Array, at: number, level: number, high: number, low: number): number {
  const index =
    level === 3 ? ((high & 1) << 2) | (low >>> 30) : level === 2 ? (low >>> 21) & 0xf : (low >>> 12) & 0x1f;
  return ((halves[at + (index >>> 3)] as number) >>> (4 * (index & 7))) & 0xf;
}

/** Rights and size in `page` for a permission that an entry of `level` gives; 0 is a walk without one. */
export function grant(level: number, permission: number): number {
  hostPermission.permission = permission;
  if (permission === 0) return current.anyRight ? 0xa3 : rightsCode(missingRight(0));
  page.bits = 3 + 9 * level;
  page.rights = permission & (READ | WRITE);
  return rightsCode(missingRight(page.rights));
}

function rightsCode(missing: number): number {
  return missing === 0 ? 0 : missing === WRITE ? 0xa4 : 0xa5;
}
