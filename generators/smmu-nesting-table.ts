/**
 * The stream table of a guest (IHI 0070 3.3.1, 5.1, 6.3.24, 6.3.25): linear or in two levels of any SPLIT, in
 * registers and descriptors that sometimes hold bits that count for nothing, since tables are aligned to their size.
 */
import { wordOf } from '../models/halves.ts';
import type { SmmuNestingCase, VirtualSmmu } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import { BLOCK_BYTES } from './tables.ts';

const ENTRY_BYTES = 64;
const ENTRY_LOG2 = 6;
const LARGEST_SPLIT = 10;
const TWO_LEVEL = 1;
const READ_ALLOCATE = 1n << 62n;
/** The least significant bit above addresses. */
const ABOVE = 1n << 56n;
/** What level 1 tables have room in: the largest has 2^9 bytes. */
const FIRST_BYTES = 4096;
/** Level 2 arrays; those of more StreamIDs come round. */
const ARRAYS = 6;
/** An eighth of a block for each array, the level 1 table in the first. */
const ARRAYS_BYTES = 8 * 2 ** (LARGEST_SPLIT + ENTRY_LOG2);

type Registers = SmmuNestingCase['streamTable'];

export class StreamTable {
  readonly registers: Registers;
  /** The table that it may change to: the first level 2 array, or a part of the linear one. */
  readonly otherRegisters: Registers;
  readonly isTwoLevel: boolean;
  /** Addresses have bits from here on that no memory has. */
  readonly #outputBits: number;
  readonly #base: number;
  /** The level 1 table. */
  #first: number;
  readonly #split: number;

  constructor(block: number, { outputBits }: Pick<VirtualSmmu, 'outputBits'>, choices: Choices) {
    this.#outputBits = outputBits;
    this.#base = block + ARRAYS_BYTES * choices.pick(BLOCK_BYTES / ARRAYS_BYTES);
    this.isTwoLevel = choices.oneIn(3);
    this.#first = this.#base;
    this.#split = this.isTwoLevel ? choices.one([6, 6, 8, 10]) : LARGEST_SPLIT;
    const linear = (log2: number) => this.#registers(this.#array(0), log2 + ENTRY_LOG2, log2, choices);
    if (this.isTwoLevel) {
      const log2 = choices.one([8, 8, 9, 12, 5]);
      const bits = Math.max(log2 - this.#split + 3, ENTRY_LOG2);
      this.#first = this.#base + 2 ** bits * choices.pick(FIRST_BYTES / 2 ** bits);
      this.registers = this.#registers(this.#first, bits, log2, choices, this.#levels(choices));
      this.otherRegisters = linear(Math.min(this.#split, 6 + choices.pick(3)));
    } else {
      this.registers = linear(choices.one([6, 6, 9, 10]));
      this.otherRegisters = linear(choices.pick(6));
    }
  }

  /** Where the entry of `streamId` lies; beyond the table, where it would. */
  entryAt(streamId: number): bigint {
    const index = this.indexOf(streamId);
    return wordOf(this.#array(index) + (streamId - index * 2 ** this.#split) * ENTRY_BYTES);
  }

  /** Index of the level 1 descriptor of `streamId`. */
  indexOf(streamId: number): number {
    return Math.floor(streamId / 2 ** this.#split);
  }

  descriptorAt(index: number): bigint {
    return wordOf(this.#first + 8 * index);
  }

  /** A level 1 descriptor of the whole array `index`. */
  whole(index: number, choices: Choices): bigint {
    return this.#pointer(this.#array(index), this.#split + 1, choices);
  }

  /** One of few entries, none, too many or a reserved number of them, or in memory at `elsewhere`. */
  odd(index: number, elsewhere: number | undefined, choices: Choices): bigint {
    const array = this.#array(index);
    switch (choices.pick(4)) {
      case 1:
        return this.#pointer(array, this.#split + 2 + choices.pick(4), choices);
      case 2:
        return this.#pointer(array, 12 + choices.pick(20), choices);
      case 3:
        return this.#pointer(elsewhere ?? this.#array(index + 1), this.#split + 1, choices);
      default:
        return this.#pointer(array, choices.pick(5), choices);
    }
  }

  #array(index: number): number {
    return this.#base + 2 ** (this.#split + ENTRY_LOG2) * (1 + (index % ARRAYS));
  }

  /** FMT and SPLIT; a reserved SPLIT acts as 6. */
  #levels(choices: Choices): number {
    const split = this.#split === 6 && choices.oneIn(3) ? choices.one([0, 5, 7, 9, 11, 31]) : this.#split;
    return (TWO_LEVEL << 16) | (split << 6);
  }

  /** Without `levels` a linear table, sometimes by a reserved FMT. */
  #registers(base: number, bits: number, log2: number, choices: Choices, levels?: number): Registers {
    const format = levels ?? (choices.oneIn(8) ? 2 + choices.pick(2) : 0) << 16;
    const hint = choices.oneIn(8) ? READ_ALLOCATE : 0n;
    return { base: this.#odd(base, 0, bits, choices) | hint, config: BigInt(format | log2) };
  }

  #pointer(array: number, span: number, choices: Choices): bigint {
    return this.#odd(array, 5, Math.min(span, this.#split + 1) + 5, choices) | BigInt(span);
  }

  /** `address` with bits from `low` to below `high` that count for nothing, or beyond memory, or beyond OAS. */
  #odd(address: number, low: number, high: number, choices: Choices): bigint {
    const below = choices.oneIn(4) ? BigInt(choices.pick(2 ** high)) & ~((1n << BigInt(low)) - 1n) : 0n;
    const beyond = choices.oneIn(16) ? 1n << BigInt(this.#outputBits - choices.pick(2)) : 0n;
    return wordOf(address) | below | beyond | (choices.oneIn(16) ? ABOVE : 0n);
  }
}
