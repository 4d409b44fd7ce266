/**
 * One second-stage entry as the walk of a range sees it (9.8): whether it leads on, maps a page, or is
 * passed over and why. Rights stack with those of the tables above (3.7.1).
 */
import { bit } from '../../spec/bits.ts';
import { secondStageMasks } from './second-stage-masks.ts';
import type { Unit } from './unit.ts';

const READ = bit(0);
const WRITE = bit(1);
const PAGE_SIZE = bit(7);
const ALL_ONES = (1n << 64n) - 1n;

export interface Rights {
  readonly read: boolean;
  readonly write: boolean;
}

export type WalkedEntry =
  | { readonly is: 'unreadable' }
  /** `orUnreadable`: all ones, which an implementation may take for a failed read. */
  | { readonly is: 'reserved'; readonly orUnreadable: boolean }
  /** No right is left. `orReserved`: a bit is set that would be reserved in an entry with rights (9.8). */
  | { readonly is: 'unmapped'; readonly page: boolean; readonly orReserved: boolean }
  /** Not stated for this revision. */
  | { readonly is: 'open' }
  | {
      readonly is: 'page' | 'table';
      readonly address: bigint;
      readonly rights: Rights;
      /** Bits are set that hardware ignores. */
      readonly decorated: boolean;
    };

const unreadable: WalkedEntry = { is: 'unreadable' };
const open: WalkedEntry = { is: 'open' };
const emptyPage: WalkedEntry = { is: 'unmapped', page: true, orReserved: false };
const emptyTable: WalkedEntry = { is: 'unmapped', page: false, orReserved: false };

/** What `entry` at `level` (1 to 5) says below tables that grant `parents`; undefined: memory did not answer. */
export function walkedEntry(
  unit: Unit,
  level: number,
  entry: bigint | undefined,
  parents: Rights,
): WalkedEntry {
  if (entry === undefined) return unreadable;
  const page = isPage(level, entry);
  const empty = page ? emptyPage : emptyTable;
  if (entry === 0n) return empty;
  const masks = secondStageMasks(unit, level, entry, false);
  const hasReserved = (entry & masks.reserved) !== 0n;

  // 1. An entry that grants nothing is not used, and no bit of it is checked: so 9.8, others check all the same.
  if ((entry & (READ | WRITE)) === 0n) return { is: 'unmapped', page, orReserved: hasReserved };

  // 2. Rights that all tables above grant too, and reserved bits. Nobody says which are looked at first (D5).
  const rights = {
    read: parents.read && (entry & READ) !== 0n,
    write: parents.write && (entry & WRITE) !== 0n,
  };
  const grantsNothing = !rights.read && !rights.write;
  if (hasReserved)
    return grantsNothing
      ? { is: 'unmapped', page, orReserved: true }
      : { is: 'reserved', orUnreadable: entry === ALL_ONES };
  if ((entry & masks.open) !== 0n) return open;
  if (grantsNothing) return empty;
  return {
    is: page ? 'page' : 'table',
    address: entry & masks.address,
    rights,
    decorated: (entry & masks.ignored) !== 0n,
  };
}

/** Level 1 maps pages, and so do entries with PS set at the two levels that have large pages. */
function isPage(level: number, entry: bigint): boolean {
  return level === 1 || (level <= 3 && (entry & PAGE_SIZE) !== 0n);
}
