/** Devices and PASID table entries of the guest of a binding case. */
import type { TableEntry } from './tables.ts';

/** A device as the guest sees it. */
export interface GuestDevice {
  readonly sourceId: number;
  /** Width of its PASIDs; 0: none. */
  readonly pasidBits: number;
}

/** A PASID table entry of a device, and the domain that it had before the last change. */
export interface Slot {
  readonly device: number;
  readonly pasid: number;
  readonly entry: TableEntry;
  readonly directory: TableEntry;
  before: bigint;
}

export const NO_WORDS = [0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];

/** All words of a PASID table entry; what lies in its place may be shorter, as an entry of a long directory is. */
export function wordsOf({ words }: TableEntry): bigint[] {
  return [...words, ...NO_WORDS].slice(0, NO_WORDS.length);
}
