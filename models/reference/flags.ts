/**
 * Accessed, extended accessed and dirty flags in memory (3.6.2, 3.7.2): which bits of which words requests
 * must have set, and which they may have set. Hardware may set accessed flags early, also for a request
 * that faults in the end, so that a bit may be known to be set, known to be clear, or neither.
 */

/** Bits by the address of their 64-bit word. */
export type FlagBits = ReadonlyMap<bigint, bigint>;
export type MutableFlagBits = Map<bigint, bigint>;

export const noFlags: FlagBits = new Map();

/** `uncertain`: an earlier request may have set the flag. */
export type Need = 'yes' | 'no' | 'uncertain';

/** What the requests so far did to the memory of a case. */
export class Flags {
  readonly #required: MutableFlagBits = new Map();
  /** Besides those that are required. */
  readonly #permitted: MutableFlagBits = new Map();

  /** True as long as no request can have set a flag. */
  get isEmpty(): boolean {
    return this.#required.size === 0 && this.#permitted.size === 0;
  }

  /** The number of words with bits that may be set; where nothing is required, it tells what was added. */
  get permittedWords(): number {
    return this.#permitted.size;
  }

  /** Bits of the word at `address` that are set for sure. */
  required(address: bigint): bigint {
    // Most requests come before any flag is set.
    if (this.#required.size === 0) return 0n;
    return this.#required.get(address) ?? 0n;
  }

  /** Bits of the word at `address` that may be set and may be clear. */
  uncertain(address: bigint): bigint {
    // Most cases have every flag set from the start.
    if (this.#permitted.size === 0) return 0n;
    return (this.#permitted.get(address) ?? 0n) & ~this.required(address);
  }

  /** Whether `bits` of the word at `address`, which reads `word`, are still to be set. */
  need(address: bigint, word: bigint, bits: bigint): Need {
    const clear = bits & ~word;
    if (clear === 0n) return 'no';
    return (clear & ~this.uncertain(address)) === 0n ? 'uncertain' : 'yes';
  }

  /** Counts what one more request must and may have set. */
  add(required: FlagBits, permitted: FlagBits): void {
    addFlags(this.#required, required);
    addFlags(this.#permitted, permitted);
  }
}

/** Adds `more` to `flags`. */
export function addFlags(flags: MutableFlagBits, more: FlagBits): void {
  if (more.size === 0) return;
  for (const [address, bits] of more) setFlags(flags, address, bits);
}

/** Adds `bits` of the word at `address` to `flags`. */
export function setFlags(flags: MutableFlagBits, address: bigint, bits: bigint): void {
  flags.set(address, (flags.get(address) ?? 0n) | bits);
}

/** The bits that every one of `sets` has. */
export function commonFlags(sets: readonly FlagBits[]): FlagBits {
  const [first, ...others] = sets;
  if (first === undefined || sets.some(({ size }) => size === 0)) return noFlags;
  if (others.length === 0) return first;
  const common = new Map(first);
  for (const other of others) {
    for (const [address, bits] of common) common.set(address, bits & (other.get(address) ?? 0n));
  }
  return common;
}

/** The bits that any of `sets` has. */
export function allFlags(sets: readonly FlagBits[]): FlagBits {
  const [first, ...others] = sets.filter(({ size }) => size > 0);
  if (first === undefined) return noFlags;
  if (others.length === 0) return first;
  const all: MutableFlagBits = new Map(first);
  for (const flags of others) addFlags(all, flags);
  return all;
}
