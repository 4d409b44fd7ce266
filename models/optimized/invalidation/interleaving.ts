/** Stores that happen while a request is under way, and the reads of entries that they fall between (7.1). */
import type { Store } from '../../../spec/schema.ts';
import { memory } from '../tables-memory.ts';

export interface PieceOrder {
  readonly start: number;
  readonly stride: number;
}

/** 128 bits. */
const PIECE = 4;

let pending: readonly Store[] = [];
let next = 0;

/** Makes `stores` happen from now on, one after each piece that is read. */
export function interleave(stores: readonly Store[]): void {
  pending = stores;
  next = 0;
}

/** Lets the rest of the stores happen. */
export function finishStores(): void {
  while (next < pending.length) storeNext();
}

export function applyStore({ address, words }: Store): void {
  for (let index = 0; index < words.length; index++)
    memory.store(address + 8n * BigInt(index), words[index] as bigint);
}

/**
 * Copies `size` halves at `at` of memory to `to` of `target`, piece by piece: from piece `start` on, each `stride`
 * behind the one before. A size is a power of two of pieces, and `stride` odd.
 */
export function readPieces(
  at: number,
  size: number,
  target: Uint32Array,
  to: number,
  { start, stride }: PieceOrder,
): void {
  for (let done = 0; done < size; done += PIECE) {
    const piece = (PIECE * start + stride * done) & (size - 1);
    // A store may have moved the memory.
    const { halves } = memory;
    for (let half = piece; half < piece + PIECE; half++) target[to + half] = halves[at + half] as number;
    if (next < pending.length) storeNext();
  }
}

function storeNext(): void {
  applyStore(pending[next++] as Store);
}
