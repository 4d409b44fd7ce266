/**
 * What waits wrote to memory (VT-d 6.5.2.9), kept aside from the memory that the ways of a stream share: one
 * way may have taken a wait that another refused. Keys are addresses of double words, 4-byte aligned.
 *
 * A wait completes behind what lies between it and the wait before it, and only the fence flag keeps descriptors
 * behind it waiting (6.5.2.12): until the unit is at rest a wait without fence may complete after later ones.
 */
import { ALL_64 } from '../../../spec/bits.ts';

export interface StatusWrite {
  /** 32 bits. */
  readonly data: bigint;
  /** A wait wrote it over the status of an earlier wait. */
  readonly again: boolean;
  /** What earlier waits write that may complete after this one, 32 bits each: it may stay instead. */
  readonly late: readonly bigint[];
  /** What may be written after the status of a later wait; nothing once the unit was at rest. */
  readonly open: readonly bigint[];
  /** The wait named the address with bits above HAW set. */
  readonly isBeyond: boolean;
}
export interface StatusWrites extends ReadonlyMap<bigint, StatusWrite> {
  /** The lowest and the highest key: nearly every word that is asked for lies outside. */
  readonly lowest: bigint;
  readonly highest: bigint;
  /** A write may come after those of later waits. */
  readonly isOpen: boolean;
}

class Writes extends Map<bigint, StatusWrite> implements StatusWrites {
  lowest = ALL_64;
  highest = 0n;
  isOpen = false;

  constructor(from: Iterable<readonly [bigint, StatusWrite]>) {
    super();
    for (const [address, write] of from) this.set(address, write);
  }

  override set(address: bigint, write: StatusWrite): this {
    if (address < this.lowest) this.lowest = address;
    if (address > this.highest) this.highest = address;
    if (write.open.length > 0) this.isOpen = true;
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

/** All that a load of the word may give, that of waits which complete in the order of the queue first. */
export function wordsWithStatus(writes: StatusWrites, address: bigint, word: bigint): readonly bigint[] {
  const inOrder = withStatus(writes, address, word);
  const halves = [address, address + 4n].map((at) => writes.get(at)?.late ?? []);
  const [low = [], high = []] = halves;
  const lows = [inOrder & LOW_HALF, ...low];
  const highs = [inOrder >> 32n, ...high];
  return [...new Set(highs.flatMap((upper) => lows.map((lower) => (upper << 32n) | lower)))];
}

/** After software stored `count` words of 64 bits at `address`. */
export function afterStore(writes: StatusWrites, address: bigint, count: number): StatusWrites {
  if (!mayHold(writes, address, count)) return writes;
  const end = address + BigInt(8 * count);
  const isStoredOver = (at: bigint) => at >= address && at < end;
  if (![...writes.keys()].some(isStoredOver)) return writes;
  return new Writes([...writes].filter(([at]) => !isStoredOver(at)));
}

/** What the wait of a status write said beside it. */
export interface StatusKind {
  /** Bits of the address above HAW were set. */
  readonly isBeyond: boolean;
  /** FN: what is behind it is executed behind it. */
  readonly isFence: boolean;
}

/** After a wait wrote `data` to `address`. */
export function afterWait(
  writes: StatusWrites,
  address: bigint,
  data: bigint,
  { isBeyond, isFence }: StatusKind,
): StatusWrites {
  const late = writes.get(address)?.open ?? [];
  const open = isFence || late.includes(data) ? late : [...late, data];
  return new Writes(writes).set(address, { data, again: writes.has(address), isBeyond, late, open });
}

/** Every wait that was accepted has completed: what comes now comes later. */
export function settled(writes: StatusWrites): StatusWrites {
  if (!writes.isOpen) return writes;
  return new Writes([...writes].map(([address, write]) => [address, { ...write, open: [] }]));
}

/** The rules that a load of the word at `address` decides, the most particular one first. */
export function loadRules(writes: StatusWrites, address: bigint): readonly string[] {
  const found = [writes.get(address), writes.get(address + 4n)].filter((write) => write !== undefined);
  if (found.length === 0) return ['invalidation.wait.no-status'];
  const rules = ['invalidation.wait.status'];
  if (found.some(({ again, late }) => again && late.length === 0)) rules.unshift('invalidation.wait.order');
  if (found.some(({ isBeyond }) => isBeyond)) rules.unshift('invalidation.wait.address-width');
  return rules;
}
