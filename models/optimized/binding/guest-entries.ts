/**
 * Root, context and PASID entries of the guest, read straight from the halves of its memory (9.2 to 9.6). An
 * address is one number of at most 52 bits; an entry is its index in `halves`.
 */
import type { GuestMemory } from '../../memory.ts';
import { directoryFault, pasidFault, rootHalfFault, scalableContextFault } from '../entry-faults.ts';
import type { Unit } from '../unit.ts';

export const NONE = -1;
const TWO_32 = 0x1_0000_0000;
/** Halves of the one page that stands for all that nobody wrote. */
const ZERO_PAGE_HALVES = 1024;
const PAGE_BYTES = 0x1000;
const PASIDS_PER_DIRECTORY_PAGE = 512 * 64;

export class GuestEntries {
  readonly memory: GuestMemory;
  readonly #unit: Unit;

  constructor(memory: GuestMemory, unit: Unit) {
    this.memory = memory;
    this.#unit = unit;
  }

  get halves(): Uint32Array {
    return this.memory.halves;
  }

  /** The valid context entry of `sourceId` under the root table at `root`, or NONE. */
  context(root: number, sourceId: number): number {
    const upper = sourceId & 0x80 ? 2 : 0;
    const rootEntry = this.#at(root + 16 * (sourceId >>> 8));
    if (rootEntry < 0 || rootHalfFault(this.#unit, this.halves, rootEntry + upper) !== 0) return NONE;
    const entry = this.#at(this.#pointer(rootEntry + upper) + 32 * (sourceId & 0x7f));
    return entry < 0 || scalableContextFault(this.#unit, this.halves, entry) !== 0 ? NONE : entry;
  }

  /** RID_PASID of the context entry: reserved, and so 0, where the unit has none. */
  ridPasid(context: number): number {
    return (this.halves[context + 2] as number) & 0xf_ffff;
  }

  /** Requests with a PASID are served: PASIDE, and the directory reaches so far. */
  takesPasid(context: number, pasid: number): boolean {
    const low = this.halves[context] as number;
    return (low & 8) !== 0 && pasid < this.#directoryLimit(low);
  }

  /** The valid PASID table entry of `pasid` under the context entry, or NONE. */
  pasid(context: number, pasid: number): number {
    const directory = this.#at(this.#pointer(context) + 8 * (pasid >>> 6));
    if (directory < 0 || directoryFault(this.#unit, this.halves, directory) !== 0) return NONE;
    const entry = this.#at(this.#pointer(directory) + 64 * (pasid & 63));
    return entry < 0 || pasidFault(this.#unit, this.halves, entry) !== 0 ? NONE : entry;
  }

  /** Calls `found` for each PASID from 1 to `limit` - 1 whose entry is present; empty pages cost nothing. */
  eachPasid(context: number, limit: number, found: (pasid: number) => void): void {
    const low = this.halves[context] as number;
    if ((low & 8) === 0) return;
    const directory = this.#pointer(context);
    const end = Math.min(limit, this.#directoryLimit(low));
    for (let first = 0; first < end; first += PASIDS_PER_DIRECTORY_PAGE) {
      const address = directory + (first / PASIDS_PER_DIRECTORY_PAGE) * PAGE_BYTES;
      const page = this.#at(address);
      if (page < ZERO_PAGE_HALVES) continue;
      for (const index of this.memory.nonZeroWords(Math.floor(address / TWO_32), address >>> 0)) {
        const entry = page + 2 * index;
        if (((this.halves[entry] as number) & 1) === 0) continue;
        this.#eachOfTable(this.#at(this.#pointer(entry)), first + 64 * index, end, found);
      }
    }
  }

  #eachOfTable(table: number, first: number, end: number, found: (pasid: number) => void): void {
    if (table < ZERO_PAGE_HALVES) return;
    for (let index = first === 0 ? 1 : 0; index < 64 && first + index < end; index++) {
      if (((this.halves[table + 16 * index] as number) & 1) !== 0) found(first + index);
    }
  }

  /** PDTS: PASIDs that the directory has room for. */
  #directoryLimit(contextLow: number): number {
    return 2 ** (13 + ((contextLow >>> 9) & 7));
  }

  /** Bits 63:12 of the word at `half`. */
  #pointer(half: number): number {
    const low = ((this.halves[half] as number) & 0xffff_f000) >>> 0;
    return (this.halves[half + 1] as number) * TWO_32 + low;
  }

  #at(address: number): number {
    return this.memory.locate(Math.floor(address / TWO_32), address >>> 0);
  }
}
