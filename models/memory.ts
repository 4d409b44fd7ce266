/**
 * Guest memory that all models read: sparse 4 KiB pages of little-endian 64-bit words. Addresses come as
 * two 32-bit halves, because a 64-bit load and mask costs several times more as bigint; words can be had
 * either way. One instance serves many cases without allocating: pages are recycled by `reset`.
 */
import type { MemoryRun, Profile } from '../spec/schema.ts';
import { whole as address64, halves as addressHalves, HIGH, LOW, SWAPPED } from './halves.ts';
import { PageIndex } from './page-index.ts';

const WORDS_PER_PAGE = 512;
const HALVES_PER_PAGE = 2 * WORDS_PER_PAGE;
/**
 * From a page to the next: a line of the processor's cache more than a page, since lines whose addresses differ by
 * whole pages crowd each other out, and most tables are used at their start.
 */
const WORDS_PER_SLOT = WORDS_PER_PAGE + 8;
const HALVES_PER_SLOT = 2 * WORDS_PER_SLOT;
const USUAL_PAGES = 64;
const PAGE_BYTES = 0x1000;
const TWO_32 = 0x1_0000_0000;
/** To fill so many with zeros takes longer than to clear them one by one. */
const FEW_HALVES = 32;
/** What `locate` gives where memory does not answer; not exported, for speed (docs/speed.md). */
const READ_ERROR = -1;

export class GuestMemory {
  /** Slot 0 stays zero: it stands for every backed page that nothing was written to. */
  #words: BigUint64Array<ArrayBuffer>;
  #halves: Uint32Array;
  /** Pages that answer to every byte are marked. */
  #index: PageIndex;
  /** By slot: the first word that may not be zero, and the last. */
  #first: Uint16Array;
  #last: Uint16Array;
  #bounds = boundsOf([]);

  /** Has room for `pages`, a power of two, and grows when more are written. */
  constructor(pages = USUAL_PAGES) {
    this.#words = new BigUint64Array((pages + 1) * WORDS_PER_SLOT);
    this.#halves = new Uint32Array(this.#words.buffer);
    this.#index = new PageIndex(pages);
    this.#first = new Uint16Array(pages + 1);
    this.#last = new Uint16Array(pages + 1);
  }

  /** Empties the memory, makes `backed` the ranges that answer, and writes `runs` in order. */
  reset(backed: Profile['backed'], runs: readonly MemoryRun[] = []): void {
    for (let slot = 1; slot <= this.#index.count; slot++) {
      const page = slot * HALVES_PER_SLOT;
      const start = page + 2 * (this.#first[slot] as number);
      const end = page + 2 * ((this.#last[slot] as number) + 1);
      if (end - start > FEW_HALVES) this.#halves.fill(0, start, end);
      else for (let half = start; half < end; half++) this.#halves[half] = 0;
    }
    this.#index.clear();
    this.#bounds = boundsOf(backed);
    for (const run of runs) this.write(run);
  }

  /**
   * Every word as two halves, the low one first. Another array after a `reset` that needed more room. To be
   * changed only where a run or `store` has written: `reset` clears nothing else.
   */
  get halves(): Uint32Array {
    return this.#halves;
  }

  /**
   * Index in `halves` of the 8-byte aligned word at `high`:`low` (each 32 bits, unsigned), negative when
   * it is not backed. The words of one page follow each other.
   */
  locate(high: number, low: number): number {
    let slot = this.#index.markedSlotOf(high, low);
    if (slot === 0) {
      if (!this.#isBacked(high, low)) return READ_ERROR;
      slot = this.#index.slotOf(high, low);
    }
    return slot * HALVES_PER_SLOT + ((low >>> 2) & (HALVES_PER_PAGE - 2));
  }

  /** The 64-bit word at the 8-byte aligned `address`; undefined when memory does not answer there. */
  read(address: bigint): bigint | undefined {
    address64[0] = address;
    const at = this.locate(addressHalves[HIGH] as number, addressHalves[LOW] as number);
    return at === READ_ERROR ? undefined : inPlace(this.#words[at / 2] as bigint);
  }

  /** The `count` words from the 8-byte aligned `address` on; undefined when memory does not answer to them all. */
  readWords(address: bigint, count: number): bigint[] | undefined {
    address64[0] = address;
    const [high, low] = [addressHalves[HIGH] as number, addressHalves[LOW] as number];
    const words: bigint[] = [];
    for (let index = 0; index < count; index++) {
      const next = low + 8 * index;
      const at = this.locate(next < TWO_32 ? high : high + 1, next >>> 0);
      if (at === READ_ERROR) return undefined;
      words.push(inPlace(this.#words[at / 2] as bigint));
    }
    return words;
  }

  /** Which words of the 4 KiB page of `high`:`low` are not zero, by their indices in it; it need not be backed. */
  nonZeroWords(high: number, low: number): number[] {
    const slot = this.#index.slotOf(high, low);
    const page = slot * HALVES_PER_SLOT;
    const last = this.#last[slot] as number;
    const found: number[] = [];
    for (let index = this.#first[slot] as number; index <= last; index++) {
      const half = page + 2 * index;
      if (((this.#halves[half] as number) | (this.#halves[half + 1] as number)) !== 0) found.push(index);
    }
    return found;
  }

  /** Stores a word at the 8-byte aligned `address`; where memory does not answer, nothing happens. */
  store(address: bigint, word: bigint): void {
    address64[0] = address;
    const [high, low] = [addressHalves[HIGH] as number, addressHalves[LOW] as number];
    if (!this.#isBacked(high, low)) return;
    const index = (low >>> 3) & (WORDS_PER_PAGE - 1);
    const slot = this.#slot(high, low, index, index);
    this.#words[slot * WORDS_PER_SLOT + index] = inPlace(word);
  }

  /** Exchanges everything that the two hold, at no cost: a machine lends its memory to a model that has its own. */
  exchange(other: GuestMemory): void {
    [this.#words, other.#words] = [other.#words, this.#words];
    [this.#halves, other.#halves] = [other.#halves, this.#halves];
    [this.#index, other.#index] = [other.#index, this.#index];
    [this.#first, other.#first] = [other.#first, this.#first];
    [this.#last, other.#last] = [other.#last, this.#last];
    [this.#bounds, other.#bounds] = [other.#bounds, this.#bounds];
  }

  #isBacked(high: number, low: number): boolean {
    const bounds = this.#bounds;
    for (let at = 0; at < bounds.length; at += 4) if (isInRange(bounds, at, high, low)) return true;
    return false;
  }

  /** Writes the run; nobody reads what lies where memory does not answer. */
  write({ address, words }: MemoryRun): void {
    address64[0] = address;
    let high = addressHalves[HIGH] as number;
    let low = addressHalves[LOW] as number;
    let index = (low >>> 3) & (WORDS_PER_PAGE - 1);
    for (let next = 0; next < words.length; index = 0) {
      const end = Math.min(index + words.length - next, WORDS_PER_PAGE);
      const base = this.#slot(high, low, index, end - 1) * WORDS_PER_SLOT;
      for (; index < end; index++) this.#words[base + index] = inPlace(words[next++] as bigint);
      low = (low + PAGE_BYTES) >>> 0;
      if (low < PAGE_BYTES) high++;
    }
  }

  /** The slot of the page of `high`:`low`, of which words `first` to `last` are about to be written. */
  #slot(high: number, low: number, first: number, last: number): number {
    const { count } = this.#index;
    const slot = this.#index.add(high, low);
    if (slot <= count) {
      if (first < (this.#first[slot] as number)) this.#first[slot] = first;
      if (last > (this.#last[slot] as number)) this.#last[slot] = last;
      return slot;
    }
    if (slot === this.#first.length) this.#grow();
    this.#first[slot] = first;
    this.#last[slot] = last;
    if (this.#isWhole(high, low)) this.#index.mark(high, low);
    return slot;
  }

  /** Whether one range holds the whole page of the address. */
  #isWhole(high: number, low: number): boolean {
    const first = (low & -PAGE_BYTES) >>> 0;
    const bounds = this.#bounds;
    for (let at = 0; at < bounds.length; at += 4) {
      if (isInRange(bounds, at, high, first) && isInRange(bounds, at, high, first + PAGE_BYTES - 1))
        return true;
    }
    return false;
  }

  #grow(): void {
    const slots = 2 * this.#first.length;
    this.#words = enlarged(this.#words, new BigUint64Array(slots * WORDS_PER_SLOT));
    this.#halves = new Uint32Array(this.#words.buffer);
    this.#first = enlarged(this.#first, new Uint16Array(slots));
    this.#last = enlarged(this.#last, new Uint16Array(slots));
  }
}

/** `larger`, which begins with `words`. */
function enlarged<Words extends BigUint64Array | Uint16Array>(words: Words, larger: Words): Words {
  (larger as { set(from: Words): void }).set(words);
  return larger;
}

/** Of ranges that were met before: case after case has the same few. */
const known = new WeakMap<Profile['backed'], Uint32Array>();

/** For each range: start high, start low, last byte high, last byte low. */
function boundsOf(backed: Profile['backed']): Uint32Array {
  const found = known.get(backed);
  if (found !== undefined) return found;
  const bounds = new Uint32Array(backed.length * 4);
  for (const [index, { start, end }] of backed.entries()) {
    // An empty range starts after its last byte, so that no address lies in it.
    const last = end > start ? end - 1n : 0n;
    const first = end > start ? start : 1n;
    bounds.set([first >> 32n, first & 0xffff_ffffn, last >> 32n, last & 0xffff_ffffn].map(Number), index * 4);
  }
  known.set(backed, bounds);
  return bounds;
}

/** Whether the address `high`:`low` lies in the backed range at `at`. */
function isInRange(bounds: Uint32Array, at: number, high: number, low: number): boolean {
  const startHigh = bounds[at] as number;
  const endHigh = bounds[at + 2] as number;
  const afterStart = high > startHigh || (high === startHigh && low >= (bounds[at + 1] as number));
  return afterStart && (high < endHigh || (high === endHigh && low <= (bounds[at + 3] as number)));
}

/** A word as it is kept, its low half first on any machine, or as it was from how it is kept. */
function inPlace(word: bigint): bigint {
  return SWAPPED ? (word >> 32n) | (BigInt.asUintN(32, word) << 32n) : word;
}
