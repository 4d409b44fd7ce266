/**
 * The guest of a case of area `smmu-nesting`: its stream table and the entries of its devices. Entries come from
 * small pools, so that devices come to agree.
 */
import type { MemoryRun, SmmuNestingCase, SmmuStep, VirtualSmmu } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import { StreamTable } from './smmu-nesting-table.ts';
import type { TranslationTarget } from './translation-target.ts';

const VALID = 1n;
const BYPASS = 4n;
const STAGE_1 = 5n;
/** Context descriptors that entries choose from. */
const CONTEXTS = 3;

/** What the host decides of word 1, MEV, STRW of EL2, MTCFG and SHCFG first; not CONT, which speaks of other entries. */
const hostFields = [19n, 31n, 36n, 44n, 8n, 12n, 17n, 18n, 20n, 24n, 25n, 26n, 43n, 48n, 50n, 63n] as const;
/** Reserved in word 0, between S1ContextPtr and S1CDMax. */
const RESERVED_LOW = 56;
const RESERVED_BITS = 3;

export class Guest {
  readonly table: StreamTable;
  readonly #smmu: VirtualSmmu;
  readonly #hole: number | undefined;

  constructor({ blocks, holes }: TranslationTarget, smmu: VirtualSmmu, choices: Choices) {
    this.#smmu = smmu;
    this.table = new StreamTable(choices.one(blocks), smmu, choices);
    this.#hole = holes[0];
  }

  memory(devices: SmmuNestingCase['devices'], choices: Choices): MemoryRun[] {
    const { table } = this;
    const spread = [...new Set(devices.map(({ streamId }) => table.indexOf(streamId)))];
    return [
      ...(table.isTwoLevel
        ? spread.map((index) => ({
            address: table.descriptorAt(index),
            words: [this.#descriptor(index, choices)],
          }))
        : []),
      ...devices.map(({ streamId }) => ({ address: table.entryAt(streamId), words: this.entry(choices) })),
    ];
  }

  /** Another level 1 descriptor for the part of `streamId`. */
  changeDescriptor(streamId: number, choices: Choices): SmmuStep {
    const index = this.table.indexOf(streamId);
    const words = [choices.oneIn(2) ? this.#descriptor(index, choices) : this.table.whole(index, choices)];
    return { step: 'store', address: this.table.descriptorAt(index), words };
  }

  change(streamId: number, choices: Choices): SmmuStep {
    const words = this.entry(choices);
    const few = choices.oneIn(4) ? words.slice(0, 1) : words;
    return { step: 'store', address: this.table.entryAt(streamId), words: few };
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
      const most = substreamIdBits === 0 ? 20 : substreamIdBits;
      const descriptors = choices.one([0, 4, 8, 20, 20].filter((bits) => bits <= most));
      const isTable = substreamIdBits > 0 && descriptors > 0;
      word0 |= BigInt(descriptors) << 59n;
      word0 |= BigInt(choices.one(twoLevelDescriptors || !isTable ? [0, 1, 2, 3] : [0, 3])) << 4n;
      word1 |= BigInt(choices.pick(4));
    }
    if (choices.oneIn(12)) word0 |= 1n << BigInt(this.#smmu.outputBits - 1);
    // Below a table these bits count for nothing, or lead to any descriptor of it.
    if (choices.oneIn(8)) word0 |= BigInt(choices.pick(0x400)) << 6n;
    if (choices.oneIn(12)) word0 |= 1n << BigInt(RESERVED_LOW + choices.pick(RESERVED_BITS));
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
    return choices.oneIn(3) ? 1n << choices.one(hostFields) : 0n;
  }

  /** Mostly of a whole array. */
  #descriptor(index: number, choices: Choices): bigint {
    return choices.oneIn(3) ? this.table.odd(index, this.#hole, choices) : this.table.whole(index, choices);
  }
}
