/**
 * The host permission table (4.2.4, 9.12): whether a translated request may use the host address that it
 * brings. Four levels of 128-bit entries; the three lower ones hold permissions of pages.
 */
import { bits, extract } from '../../spec/bits.ts';
import { hostPermissionLayouts } from '../../spec/layouts/host-permission.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import { type Alternative, faults, translated } from './alternative.ts';
import { accessOf } from './request.ts';
import { readSlot, type Walk } from './walk.ts';

export interface HostPermissionTable {
  /** Physical address of the level 4 table. */
  readonly top: bigint;
  /** HPTSZ: addresses up to 2^(49 + size) - 1 are covered. */
  readonly size: number;
}

/** The condition raised by an address that the table does not cover, if it is. */
export function beyondTable({ request }: Walk, { size }: HostPermissionTable): readonly string[] {
  return request.address >> BigInt(49 + size) === 0n ? [] : ['SPT.9'];
}

const levels = {
  4: { layout: hostPermissionLayouts.l4, index: [51, 41], page: undefined, pageBits: 0 },
  3: { layout: hostPermissionLayouts.l3, index: [40, 33], page: [32, 30], pageBits: 30 },
  2: { layout: hostPermissionLayouts.l2, index: [32, 25], page: [24, 21], pageBits: 21 },
  1: { layout: hostPermissionLayouts.l1, index: [24, 17], page: [16, 12], pageBits: 12 },
} as const;
type Level = keyof typeof levels;

const READ = 1n;
const WRITE = 2n;

/** What may come of the request's address, which the table covers. */
export function walkHostPermissions(walk: Walk, table: HostPermissionTable): readonly Alternative[] {
  return walkLevel(walk, table.top, 4);
}

function walkLevel(walk: Walk, table: bigint, level: Level): readonly Alternative[] {
  const { layout, index, page } = levels[level];

  // 1. Read the entry, 16 bytes. Bits 51:49 of the address select the page of a level 4 table.
  const { address } = walk.request;
  const at = table + 16n * extract(address, index[0], index[1]);
  const words = readSlot(walk, 'host-permission', level, address, at, layout.words);
  const tell = (verdict: string) => walk.observe?.({ name: layout.title, address: at, words, verdict });
  if (words === undefined) {
    const unreadable = level === 4 ? 'HPT.3' : 'HPT.1';
    tell(unreadable);
    return faults(walk, [unreadable]);
  }

  // 2. Reserved bits, whether the next table is valid or not.
  const which = page === undefined ? undefined : Number(extract(address, page[0], page[1]));
  const permission = which === undefined ? 0n : permissionOf(words, which);
  if (isMalformed(walk.unit.hostPermission.get(layout) ?? [], words) || (permission & 0xcn) !== 0n) {
    tell('HPT.2');
    return faults(walk, ['HPT.2']);
  }
  // D24: whether the reserved bits of the permissions of other pages are checked is not stated.
  const open = faults(walk, hasReservedPermission(level, words) ? ['HPT.2'] : []);

  // 3. A permission ends the walk, even one that does not suffice.
  if (permission !== 0n) {
    tell(
      `page with ${[permission & READ ? 'read' : '', permission & WRITE ? 'write' : ''].join(' ').trim()}`,
    );
    return [...answer(walk, permission, levels[level].pageBits), ...open];
  }

  // 4. So does an entry that leads to no further table.
  const isLast = level === 1 || readField(fieldOf(layout, 'AV'), words) === 0n;
  if (isLast) {
    tell('no permission');
    return [...faults(walk, withoutPermission(walk)), ...open];
  }
  const next = readField(fieldOf(layout, 'ADDR'), words);
  tell(`table at 0x${next.toString(16)}`);
  return [...walkLevel(walk, next, (level - 1) as Level), ...open];
}

function answer(walk: Walk, permission: bigint, pageBits: number): readonly Alternative[] {
  const access = accessOf(walk.request, walk.unit);
  const [read, write] = [(permission & READ) !== 0n, (permission & WRITE) !== 0n];
  const missing = [
    ...(access.write && !write ? ['HPT.5'] : []),
    ...(access.read && !read && !(access.waivesRead && write) ? ['HPT.6'] : []),
  ];
  if (missing.length > 0) return faults(walk, missing);
  const { address } = walk.request;
  const rules = ['translation.host-permission'];
  return [translated({ rules, address, pageBits, read: undefined, write: undefined })];
}

/** The walk ended without a permission. */
function withoutPermission(walk: Walk): readonly string[] {
  const { read, write, waivesRead } = accessOf(walk.request, walk.unit);
  if (waivesRead) return ['HPT.4'];
  return [...(write ? ['HPT.5'] : []), ...(read ? ['HPT.6'] : [])];
}

/** Four bits for each page: R, W and two reserved ones. */
function permissionOf(words: readonly bigint[], page: number): bigint {
  return extract(words[page >> 4] ?? 0n, 4 * (page & 15) + 3, 4 * (page & 15));
}

const RESERVED_OF_PERMISSIONS = 0xcccc_cccc_cccc_ccccn;

function hasReservedPermission(level: Level, [low = 0n, high = 0n]: readonly bigint[]): boolean {
  switch (level) {
    case 4:
      return false;
    case 3:
      return (low & RESERVED_OF_PERMISSIONS & bits(31, 0)) !== 0n;
    case 2:
      return (low & RESERVED_OF_PERMISSIONS) !== 0n;
    case 1:
      return ((low | high) & RESERVED_OF_PERMISSIONS) !== 0n;
  }
}

function isMalformed(reserved: readonly bigint[], words: readonly bigint[]): boolean {
  return words.some((word, index) => (word & (reserved[index] ?? 0n)) !== 0n);
}
