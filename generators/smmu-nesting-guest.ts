/**
 * The guest of a case of area `smmu-nesting`: its stream table, linear or in two levels, and the entries of its
 * devices. Entries come from small pools, so that devices come to agree.
 */
import { wordOf } from '../models/halves.ts';
import type { MemoryRun, SmmuNestingCase, SmmuStep, VirtualSmmu } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import { PAGE_BYTES } from './tables.ts';
import type { TranslationTarget } from './translation-target.ts';

const ENTRY_BYTES = 64;
const SPLIT = 6;
const LEVEL_2_ENTRIES = 64;
/** A level 2 table of all 64 entries. */
const WHOLE_SPAN = 7n;
const TWO_LEVEL = 1n << 16n;
const LINEAR_LOG2 = 6;
const TWO_LEVEL_LOG2 = 8;

const VALID = 1n;
const BYPASS = 4n;
const STAGE_1 = 5n;
/** Context descriptors that entries choose from. */
const CONTEXTS = 3;

/** What the host decides of word 1: MEV, STRW of EL2, MTCFG, SHCFG. */
const hostFields = [1n << 19n, 1n << 31n, 1n << 36n, 1n << 44n] as const;

export class Guest {
  readonly streamTable: SmmuNestingCase['streamTable'];
  /** The table that it may change to: the first level 2 table, or the linear one, alone. */
  readonly otherTable: SmmuNestingCase['streamTable'];
  readonly isTwoLevel: boolean;
  readonly #smmu: VirtualSmmu;
  readonly #base: number;
  readonly #hole: number | undefined;

  constructor({ blocks, holes }: TranslationTarget, smmu: VirtualSmmu, choices: Choices) {
    this.#smmu = smmu;
    this.#base = choices.one(blocks) + 8 * PAGE_BYTES * choices.pick(16);
    this.#hole = holes[0];
    this.isTwoLevel = choices.oneIn(3);
    const linear = { base: wordOf(this.#level2(0)), config: BigInt(LINEAR_LOG2) };
    const twoLevel = {
      base: wordOf(this.#base),
      config: TWO_LEVEL | BigInt(SPLIT << 6) | BigInt(TWO_LEVEL_LOG2),
    };
    this.streamTable = this.isTwoLevel ? twoLevel : linear;
    this.otherTable = this.isTwoLevel ? linear : { ...linear, config: BigInt(choices.pick(LINEAR_LOG2)) };
  }

  /** Where the entry of `streamId` lies; beyond the table, where it would. */
  entryAt(streamId: number): number {
    return this.#level2(Math.floor(streamId / LEVEL_2_ENTRIES)) + (streamId % LEVEL_2_ENTRIES) * ENTRY_BYTES;
  }

  memory(devices: SmmuNestingCase['devices'], choices: Choices): MemoryRun[] {
    const spread = [...new Set(devices.map(({ streamId }) => Math.floor(streamId / LEVEL_2_ENTRIES)))];
    return [
      ...(this.isTwoLevel
        ? spread.map((index) => ({
            address: wordOf(this.#base + 8 * index),
            words: [this.#descriptor(index, choices)],
          }))
        : []),
      ...devices.map(({ streamId }) => ({
        address: wordOf(this.entryAt(streamId)),
        words: this.entry(choices),
      })),
    ];
  }

  /** Another level 1 descriptor for the part of `streamId`. */
  changeDescriptor(streamId: number, choices: Choices): SmmuStep {
    const index = Math.floor(streamId / LEVEL_2_ENTRIES);
    return {
      step: 'store',
      address: wordOf(this.#base + 8 * index),
      words: [choices.oneIn(2) ? this.#descriptor(index, choices) : this.#level2Pointer(index) | WHOLE_SPAN],
    };
  }

  change(streamId: number, choices: Choices): SmmuStep {
    const words = this.entry(choices);
    const address = wordOf(this.entryAt(streamId));
    const few = choices.oneIn(4) ? words.slice(0, 1) : words;
    return { step: 'store', address, words: few };
  }

  entry(choices: Choices): bigint[] {
    switch (choices.pick(10)) {
      case 6:
        return [VALID | (BYPASS << 1n), this.#hostWord(choices)];
      case 7:
        return [VALID | (BigInt(choices.pick(4)) << 1n), this.#hostWord(choices)];
      case 8:
        return [STAGE_1 << 1n, 0n];
      case 9:
        return this.#bad(choices);
      default:
        return this.#stage1(choices);
    }
  }

  #stage1(choices: Choices): bigint[] {
    const { substreamIdBits, twoLevelDescriptors, ats, stallModel } = this.#smmu;
    let word0 = VALID | (STAGE_1 << 1n) | (BigInt(0x10 + choices.pick(CONTEXTS)) << 16n);
    let word1 = choices.oneIn(3) ? BigInt(choices.pick(0x100)) : 0n;
    if (choices.oneIn(2)) {
      word0 |=
        BigInt(choices.one([0, 4, 8].filter((bits) => substreamIdBits === 0 || bits <= substreamIdBits))) <<
        59n;
      word0 |= BigInt(choices.one(twoLevelDescriptors ? [0, 1, 2, 3] : [0, 3])) << 4n;
      word1 |= BigInt(choices.pick(4));
    }
    if (choices.oneIn(2)) word1 |= BigInt(choices.one(ats ? [1, 1, 3] : [1, 2, 3])) << 28n;
    if (stallModel === 0 && choices.oneIn(4)) word1 |= 1n << 27n;
    return [
      word0,
      word1 | this.#hostWord(choices),
      ...(choices.oneIn(8) ? [choices.word(), choices.word()] : []),
    ];
  }

  /** ILLEGAL for most virtual SMMUs. */
  #bad(choices: Choices): bigint[] {
    const [word0 = 0n, word1 = 0n] = this.#stage1(choices);
    switch (choices.pick(7)) {
      case 0:
        return [VALID | (BigInt(6 + choices.pick(2)) << 1n), word1];
      case 1:
        return [word0, (word1 & ~(3n << 28n)) | (2n << 28n)];
      case 2:
        return [word0, word1 | (1n << 27n)];
      case 3:
        return [word0 | (0x1fn << 59n), word1];
      case 4:
        return [(word0 & ~(3n << 4n)) | (1n << 59n) | (BigInt(1 + choices.pick(2)) << 4n), word1];
      default:
        return [word0 | (1n << BigInt(this.#smmu.outputBits)), word1];
    }
  }

  #hostWord(choices: Choices): bigint {
    return choices.oneIn(3) ? choices.one(hostFields) : 0n;
  }

  /** Mostly of the whole table; of few entries, none, too many, or one that can't be read. */
  #descriptor(index: number, choices: Choices): bigint {
    const pointer = this.#level2Pointer(index);
    switch (choices.pick(8)) {
      case 5:
        return pointer | BigInt(choices.pick(3));
      case 6:
        return pointer | BigInt(8 + choices.pick(6));
      case 7:
        return this.#hole === undefined
          ? this.#level2Pointer(index + 1) | WHOLE_SPAN
          : wordOf(this.#hole) | WHOLE_SPAN;
      default:
        return pointer | WHOLE_SPAN;
    }
  }

  #level2Pointer(index: number): bigint {
    return wordOf(this.#level2(index));
  }

  /** Behind the page of level 1. */
  #level2(index: number): number {
    return this.#base + PAGE_BYTES * (1 + (index % 6));
  }
}
