/**
 * Separate rights of the second stage (SSIRWE, 11.4.5, 9.8): bits 61 and 62 of an entry grant what bits 0 and 1
 * grant without, and those two are not looked at.
 */
import { bits, extract, insert } from '../../spec/bits.ts';

const RIGHTS = bits(1, 0);
const IO_RIGHTS = bits(62, 61);

/** `entry` as a unit without SSIRWE would have to find it to do the same. */
export function withIoRights(entry: bigint): bigint {
  return insert(entry & ~IO_RIGHTS, 1, 0, extract(entry, 62, 61));
}

/** Its two pairs of rights do not say the same: whether accesses to first-stage tables are I/O is not stated (D8). */
export function differInRights(entry: bigint): boolean {
  return (entry & RIGHTS) !== extract(entry, 62, 61);
}

/** One pair grants something and the other does not: which makes reserved bits count is not stated (3.7, D8). */
export function differInUse(entry: bigint): boolean {
  return ((entry & RIGHTS) === 0n) !== ((entry & IO_RIGHTS) === 0n);
}
