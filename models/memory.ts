/**
 * Guest memory that all models read: sparse 4 KiB pages of little-endian 64-bit words. Addresses come as
 * two 32-bit halves, because a 64-bit load and mask costs several times more as bigint; words can be had
 * either way. One instance serves many cases without allocating: pages are recycled by `reset`.
 */
import { endianness } from 'node:os';
import type { MemoryRun, Profile } from '../spec/schema.ts';

const WORDS_PER_PAGE = 512;
const USUAL_PAGES = 64;
/** On such a machine words are kept with their halves exchanged, so that the low half comes first anywhere. */
const SWAPPED = endianness() === 'BE';
/** Slot 0 stays zero: it stands for every backed page that no run has written. */
const ZERO_PAGE = 0;

/** What `locate` gives where memory does not answer. */
export const READ_ERROR = -1;

export class GuestMemory {
  #words: BigUint64Array<ArrayBuffer>;
  #halves: Uint32Array;
  /** Page number (address / 4096) to slot. */
  #slots = new Map<number, number>();
  #pages = 1;
  #backed: Profile['backed'] = [];
  /** For each backed range: start high, start low, last byte high, last byte low. */
  #bounds = new Uint32Array(4);

  /** Has room for `pages`, one of them taken, and grows when more are written. */
  constructor(pages = USUAL_PAGES) {
    this.#words = new BigUint64Array(pages * WORDS_PER_PAGE);
    this.#halves = new Uint32Array(this.#words.buffer);
  }

  /** Empties the memory, makes `backed` the ranges that answer, and writes `runs` in order. */
  reset(backed: Profile['backed'], runs: readonly MemoryRun[] = []): void {
    this.#words.fill(0n, WORDS_PER_PAGE, this.#pages * WORDS_PER_PAGE);
    this.#slots.clear();
    this.#pages = 1;
    if (backed !== this.#backed) this.#setBacked(backed);
    for (const run of runs) this.#write(run);
  }

  /** Every word as two halves, the low one first. Another array after a `reset` that needed more room. */
  get halves(): Uint32Array {
    return this.#halves;
  }

  /**
   * Index in `halves` of the 8-byte aligned word at `high`:`low` (each 32 bits, unsigned), or READ_ERROR
   * when it is not backed. The words of one page follow each other.
   */
  locate(high: number, low: number): number {
    if (!this.#isBacked(high, low)) return READ_ERROR;
    const slot = this.#slots.get(high * 0x10_0000 + (low >>> 12)) ?? ZERO_PAGE;
    return 2 * (slot * WORDS_PER_PAGE + ((low >>> 3) & (WORDS_PER_PAGE - 1)));
  }

  /** The 64-bit word at the 8-byte aligned `address`; undefined when memory does not answer there. */
  read(address: bigint): bigint | undefined {
    const at = this.locate(Number(address >> 32n), Number(address & 0xffff_ffffn));
    return at === READ_ERROR ? undefined : inPlace(this.#words[at / 2] as bigint);
  }

  /** Stores a word at the 8-byte aligned `address`; where memory does not answer, nothing happens. */
  store(address: bigint, word: bigint): void {
    const [high, low] = [Number(address >> 32n), Number(address & 0xffff_ffffn)];
    if (!this.#isBacked(high, low)) return;
    const slot = this.#slot(high * 0x10_0000 + (low >>> 12));
    this.#words[slot * WORDS_PER_PAGE + ((low >>> 3) & (WORDS_PER_PAGE - 1))] = inPlace(word);
  }

  /** Exchanges everything that the two hold, at no cost: a machine lends its memory to a model that has its own. */
  exchange(other: GuestMemory): void {
    [this.#words, other.#words] = [other.#words, this.#words];
    [this.#halves, other.#halves] = [other.#halves, this.#halves];
    [this.#slots, other.#slots] = [other.#slots, this.#slots];
    [this.#pages, other.#pages] = [other.#pages, this.#pages];
    [this.#backed, other.#backed] = [other.#backed, this.#backed];
    [this.#bounds, other.#bounds] = [other.#bounds, this.#bounds];
  }

  #isBacked(high: number, low: number): boolean {
    const bounds = this.#bounds;
    for (let at = 0; at < bounds.length; at += 4) {
      const startHigh = bounds[at] as number;
      const endHigh = bounds[at + 2] as number;
      const afterStart = high > startHigh || (high === startHigh && low >= (bounds[at + 1] as number));
      const beforeEnd = high < endHigh || (high === endHigh && low <= (bounds[at + 3] as number));
      if (afterStart && beforeEnd) return true;
    }
    return false;
  }

  #setBacked(backed: Profile['backed']): void {
    this.#backed = backed;
    this.#bounds = new Uint32Array(backed.length * 4);
    for (const [index, { start, end }] of backed.entries()) {
      // An empty range starts after its last byte, so that no address lies in it.
      const last = end > start ? end - 1n : 0n;
      const first = end > start ? start : 1n;
      this.#bounds.set(
        [first >> 32n, first & 0xffff_ffffn, last >> 32n, last & 0xffff_ffffn].map(Number),
        index * 4,
      );
    }
  }

  #write(run: MemoryRun): void {
    let page = Number(run.address >> 12n);
    let index = Number((run.address >> 3n) & 511n);
    let base = this.#slot(page) * WORDS_PER_PAGE;
    for (const word of run.words) {
      if (index === WORDS_PER_PAGE) {
        base = this.#slot(++page) * WORDS_PER_PAGE;
        index = 0;
      }
      this.#words[base + index++] = inPlace(word);
    }
  }

  #slot(page: number): number {
    const known = this.#slots.get(page);
    if (known !== undefined) return known;
    const slot = this.#pages++;
    if (slot * WORDS_PER_PAGE === this.#words.length) this.#grow();
    this.#slots.set(page, slot);
    return slot;
  }

  #grow(): void {
    const larger = new BigUint64Array(this.#words.length * 2);
    larger.set(this.#words);
    this.#words = larger;
    this.#halves = new Uint32Array(larger.buffer);
  }
}

/** A word as it is kept, or as it was from how it is kept. */
function inPlace(word: bigint): bigint {
  return SWAPPED ? (word >> 32n) | (BigInt.asUintN(32, word) << 32n) : word;
}
