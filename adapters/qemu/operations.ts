/**
 * What the adapter has done in the machine, as a list of plain operations: memory and registers written
 * and read, a DMA waited for. Two executors run the same list: the guest program (guest-executor.ts)
 * and, on a build with the qtest accelerator, qtest commands (qtest-executor.ts).
 */

export type Operation =
  | { readonly op: 'write64'; readonly address: bigint; readonly value: bigint }
  | { readonly op: 'write32'; readonly address: bigint; readonly value: bigint }
  /** One result: the value, zero-extended. */
  | { readonly op: 'read64' | 'read32'; readonly address: bigint }
  /** Passes the time until bit 0 of the 32-bit register is clear. One result: 0 when it stayed set. */
  | { readonly op: 'wait'; readonly address: bigint }
  | { readonly op: 'words'; readonly address: bigint; readonly words: readonly bigint[] }
  /** `count` words from `address` get their markers (layout.ts). */
  | { readonly op: 'mark'; readonly address: bigint; readonly count: number }
  /**
   * Feeds the invalidation queue whose unit's registers are at `address` one descriptor where its head is, and
   * clears the errors that hold it: tail behind the descriptor, errors cleared, tail once more (11.4.9: hardware
   * fetches again when IQE is cleared; QEMU only when the tail is written). Then memory gets its words back.
   */
  | { readonly op: 'feed'; readonly address: bigint; readonly slotSize: number; readonly words: Slot };

/** A descriptor slot of 256 bits; in a queue of 128-bit slots the upper half is not looked at. */
export type Slot = readonly [bigint, bigint, bigint, bigint];

/** How often `wait` looks, a DMA's time apart. */
export const WAIT_LOOKS = 4;

/** How many results a list leaves. */
export function resultCount(operations: readonly Operation[]): number {
  let count = 0;
  for (const { op } of operations) if (op === 'read64' || op === 'read32' || op === 'wait') count++;
  return count;
}

/** Runs lists of operations in order; the results of a list come back in order. */
export interface Executor {
  run(operations: readonly Operation[]): Promise<BigUint64Array>;
}
