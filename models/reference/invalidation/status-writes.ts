/**
 * What waits wrote to memory (VT-d 6.5.2.9), kept aside from the memory that the ways of a stream share: one
 * way may have taken a wait that another refused. Keys are addresses of double words, 4-byte aligned.
 */
import { ALL_64 } from '../../../spec/bits.ts';

export interface StatusWrite {
  /** 32 bits. */
  readonly data: bigint;
  /** A wait wrote it over the status of an earlier wait. */
  readonly again: boolean;
  /** The wait named the address with bits above HAW set. */
  readonly isBeyond: boolean;
}
export interface StatusWrites extends ReadonlyMap<bigint, StatusWrite> {
  /** The lowest and the highest key: nearly every word that is asked for lies outside. */
  readonly lowest: bigint;
  readonly highest: bigint;
}

class Writes extends Map<bigint, StatusWrite> implements StatusWrites {
  lowest = ALL_64;
  highest = 0n;

  constructor(from: Iterable<readonly [bigint, StatusWrite]>) {
    super();
    for (const [address, write] of from) this.set(address, write);
  }

  override set(address: bigint, write: StatusWrite): this {
    if (address < this.lowest) this.lowest = address;
    if (address > this.highest) this.highest = address;
    return super.set(address, write);
  }
}

export const noStatus: StatusWrites = new Writes([]);

const LOW_HALF = 0xffff_ffffn;

/** The `count` words of 64 bits at `address` may be other than memory gives them. */
export function mayHold({ size, lowest, highest }: StatusWrites, address: bigint, count: number): boolean {
  return size > 0 && address <= highest && address + BigInt(8 * count) > lowest;
}

/** The 64-bit word at `address`, 8-byte aligned, that memory gives as `word`, with what waits wrote. */
export function withStatus(writes: StatusWrites, address: bigint, word: bigint): bigint {
  if (!mayHold(writes, address, 1)) return word;
  const low = writes.get(address)?.data;
  const high = writes.get(address + 4n)?.data;
  if (low === undefined && high === undefined) return word;
  return ((high ?? word >> 32n) << 32n) | (low ?? word & LOW_HALF);
}

/** After software stored `count` words of 64 bits at `address`. */
export function afterStore(writes: StatusWrites, address: bigint, count: number): StatusWrites {
  if (!mayHold(writes, address, count)) return writes;
  const end = address + BigInt(8 * count);
  const isStoredOver = (at: bigint) => at >= address && at < end;
  if (![...writes.keys()].some(isStoredOver)) return writes;
  return new Writes([...writes].filter(([at]) => !isStoredOver(at)));
}

/** After a wait wrote `data` to `address`, which it named with bits above HAW set if it `isBeyond`. */
export function afterWait(
  writes: StatusWrites,
  address: bigint,
  data: bigint,
  isBeyond = false,
): StatusWrites {
  return new Writes(writes).set(address, { data, again: writes.has(address), isBeyond });
}

/** The rules that a load of the word at `address` decides, the most particular one first. */
export function loadRules(writes: StatusWrites, address: bigint): readonly string[] {
  const found = [writes.get(address), writes.get(address + 4n)].filter((write) => write !== undefined);
  if (found.length === 0) return ['invalidation.wait.no-status'];
  const rules = ['invalidation.wait.status'];
  if (found.some(({ again }) => again)) rules.unshift('invalidation.wait.order');
  if (found.some(({ isBeyond }) => isBeyond)) rules.unshift('invalidation.wait.address-width');
  return rules;
}
