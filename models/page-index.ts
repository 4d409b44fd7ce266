/**
 * Pages of a sparse memory to slots 1, 2, 3 … in the order in which they come: linear probing over one array, with
 * a page as two integers, so that finding one takes a few nanoseconds. Arrays are kept when it is cleared.
 */

/** Spreads pages that differ in few bits, such as those of tables that begin at round addresses. */
const GOLDEN = 0x9e37_79b1;
/**
 * Of a place: bits 31:12 and 63:32 of the addresses in its page, its slot, NO_SLOT where free, and its slot again once
 * the page is marked.
 */
const LOW = 0;
const HIGH = 1;
const SLOT = 2;
const MARKED = 3;
const STRIDE_LOG2 = 2;
const STRIDE = 1 << STRIDE_LOG2;
/** Not exported: what another module can see is loaded from a cell and tested at each use, even by its own. */
const NO_SLOT = 0;

export class PageIndex {
  /** At most half full. */
  #places: Int32Array;
  #mask: number;
  /** Bits of a hash less those of a place. */
  #shift: number;
  #count = 0;

  /** Has room for `room` pages, a power of two, and grows when more are added. */
  constructor(room: number) {
    this.#places = new Int32Array(2 * room * STRIDE);
    this.#mask = this.#places.length - 1;
    this.#shift = Math.clz32(2 * room) + 1;
  }

  /** How many pages have a slot; the highest slot. */
  get count(): number {
    return this.#count;
  }

  /** The slot of the page of the address `high`:`low`, or 0. */
  slotOf(high: number, low: number): number {
    return this.#places[this.#placeOf(high, low) | SLOT] as number;
  }

  /** The slot of the page of the address `high`:`low` when it is marked, else 0. */
  markedSlotOf(high: number, low: number): number {
    return this.#places[this.#placeOf(high, low) | MARKED] as number;
  }

  /** Marks the page of the address `high`:`low`, which has a slot. */
  mark(high: number, low: number): void {
    const place = this.#placeOf(high, low);
    this.#places[place | MARKED] = this.#places[place | SLOT] as number;
  }

  /** The slot of the page of the address `high`:`low`, a new one unless it has one. */
  add(high: number, low: number): number {
    if (2 * STRIDE * (this.#count + 1) > this.#places.length) this.#grow();
    const place = this.#placeOf(high, low);
    const known = this.#places[place | SLOT] as number;
    if (known !== NO_SLOT) return known;
    this.#places[place | LOW] = low >>> 12;
    this.#places[place | HIGH] = high;
    this.#places[place | SLOT] = ++this.#count;
    return this.#count;
  }

  clear(): void {
    this.#places.fill(NO_SLOT);
    this.#count = 0;
  }

  /** Where the slot of the page is kept, or would be. */
  #placeOf(high: number, low: number): number {
    const places = this.#places;
    const page = low >>> 12;
    const upper = high | 0;
    let place = (Math.imul(page | (upper << 20), GOLDEN) >>> this.#shift) << STRIDE_LOG2;
    // A free place looks like one of page 0, which has no slot then either.
    while (places[place | LOW] !== page || places[place | HIGH] !== upper) {
      if (places[place | SLOT] === NO_SLOT) break;
      place = (place + STRIDE) & this.#mask;
    }
    return place;
  }

  #grow(): void {
    const old = this.#places;
    this.#places = new Int32Array(2 * old.length);
    this.#mask = this.#places.length - 1;
    this.#shift--;
    for (let at = 0; at < old.length; at += STRIDE) {
      if (old[at + SLOT] === NO_SLOT) continue;
      const place = this.#placeOf(old[at + HIGH] as number, (old[at + LOW] as number) << 12);
      this.#places.set(old.subarray(at, at + STRIDE), place);
    }
  }
}
