/**
 * Stream table entries of the guest, read straight from the halves of its memory (5.1, 5.2). What an entry says
 * stands in the fields of the reader until the next one is read; nothing is allocated.
 */
import type { SmmuNestingCase, VirtualSmmu } from '../../../spec/schema.ts';
import type { GuestMemory } from '../../memory.ts';

export const ABORT = 0;
export const BYPASS = 1;
export const STAGE_1 = 2;
export type Kind = typeof ABORT | typeof BYPASS | typeof STAGE_1;

const NONE = -1;
const TWO_32 = 0x1_0000_0000;
/** Fields of word 1 that the guest decides: S1DSS, S1CIR, S1COR, S1CSH, S1STALLD, EATS. */
const GUEST_WORD_1 = 0x3800_00ff;
const EATS = 0x3000_0000;
const EATS_FULL = 0x1000_0000;
const EATS_SPLIT = 0x2000_0000;
const STALL_DISABLE = 0x0800_0000;

export class GuestEntries {
  /** Of the last entry that was stage 1, what ignored fields hold left out. */
  word0High = 0;
  word0Low = 0;
  word1 = 0;
  readonly #memory: GuestMemory;
  readonly #smmu: VirtualSmmu;
  #base = 0;
  #isTwoLevel = false;
  #split = 6;
  #log2Size = 0;

  constructor(memory: GuestMemory, { smmu, streamTable }: SmmuNestingCase) {
    this.#memory = memory;
    this.#smmu = smmu;
    this.place(streamTable);
  }

  place({ base, config }: SmmuNestingCase['streamTable']): void {
    const bits = Number(BigInt.asUintN(32, config));
    const split = (bits >>> 6) & 31;
    this.#isTwoLevel = ((bits >>> 16) & 3) === 1;
    this.#split = split === 8 || split === 10 ? split : 6;
    const log2Size = bits & 63;
    this.#log2Size = Math.min(log2Size, this.#smmu.streamIdBits);
    // A table is aligned to its size, as it was written.
    const tableBits = this.#isTwoLevel ? Math.max(log2Size - this.#split, 3) + 3 : log2Size + 6;
    this.#base = Number(BigInt.asUintN(56, base) >> BigInt(tableBits)) * 2 ** tableBits;
  }

  /** What the stream of `streamId` is. */
  read(streamId: number): Kind {
    const at = this.#find(streamId);
    if (at < 0) return ABORT;
    const { halves } = this.#memory;
    const low = halves[at] as number;
    if ((low & 1) === 0) return ABORT;
    const config = (low >>> 1) & 7;
    if (config === 4) return BYPASS;
    return config === 5 ? this.#stage1(halves, at) : ABORT;
  }

  #stage1(halves: Uint32Array, at: number): Kind {
    const { ats, stallModel, substreamIdBits, outputBits, twoLevelDescriptors } = this.#smmu;
    let low = halves[at] as number;
    let high = halves[at + 1] as number;
    let modes = (halves[at + 2] as number) & GUEST_WORD_1;
    const descriptors = high >>> 27;
    const format = (low >>> 4) & 3;
    const pointerHigh = high & 0x00ff_ffff;
    if (ats && (modes & EATS) === EATS_SPLIT) return ABORT;
    if ((modes & STALL_DISABLE) !== 0 && stallModel !== 0) return ABORT;
    if (pointerHigh >= 2 ** (outputBits - 32)) return ABORT;
    if (substreamIdBits !== 0 && descriptors > substreamIdBits) return ABORT;
    const isTable = substreamIdBits !== 0 && descriptors !== 0;
    if (isTable && !twoLevelDescriptors && (format === 1 || format === 2)) return ABORT;
    if (!ats || (modes & EATS) !== EATS_FULL) modes &= ~EATS;
    if (!isTable) {
      low &= ~0x30;
      modes &= ~3;
    }
    if (substreamIdBits === 0) high &= 0x00ff_ffff;
    this.word0Low = low >>> 0;
    this.word0High = (high & 0xf8ff_ffff) >>> 0;
    this.word1 = modes >>> 0;
    return STAGE_1;
  }

  /** Index of the entry in `halves`, or a negative number. Entries are aligned and lie within a page. */
  #find(streamId: number): number {
    if (streamId >= 2 ** this.#log2Size) return NONE;
    if (!this.#isTwoLevel) return this.#at(this.#base + 64 * streamId);
    const descriptor = this.#at(this.#base + 8 * Math.floor(streamId / 2 ** this.#split));
    if (descriptor < 0) return NONE;
    const low = this.#memory.halves[descriptor] as number;
    const span = low & 31;
    const index = streamId & (2 ** this.#split - 1);
    if (span === 0 || span > this.#split + 1 || index >= 2 ** (span - 1)) return NONE;
    const high = (this.#memory.halves[descriptor + 1] as number) & 0x00ff_ffff;
    const pointer = high * TWO_32 + low;
    return this.#at(pointer - (pointer % 2 ** (span + 5)) + 64 * index);
  }

  /** Beyond OAS nothing is fetched. */
  #at(address: number): number {
    if (address >= 2 ** this.#smmu.outputBits) return NONE;
    return this.#memory.locate(Math.floor(address / TWO_32), address % TWO_32);
  }
}
