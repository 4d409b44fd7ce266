/**
 * Where the pages of a sparse memory lie: page number (address / 4096) to slot, by linear probing over arrays
 * that are kept. A `Map` gives its room back when it is cleared and grows anew for every case, which costs
 * 130 ns a page where this costs 10.
 */

/** What `slotOf` gives for a page that has no slot; slots count from 1. */
export const NO_SLOT = 0;

export class PageIndex {
  /** Slot by the hash of its page, NO_SLOT where free; at most half full. */
  #slots: Int32Array;
  /** Page by slot: up to 52 bits, so not an integer array. */
  #pages: Float64Array;
  #count = 0;

  /** Has room for `pages`, a power of two, and grows when more are added. */
  constructor(pages: number) {
    this.#slots = new Int32Array(2 * pages);
    this.#pages = new Float64Array(pages + 1);
  }

  /** Number of pages, and the highest slot. */
  get count(): number {
    return this.#count;
  }

  slotOf(page: number): number {
    return this.#slots[this.#placeOf(page)] as number;
  }

  /** The slot of `page`, a new one unless it has one. */
  add(page: number): number {
    const place = this.#placeOf(page);
    const known = this.#slots[place] as number;
    if (known !== NO_SLOT) return known;
    if (this.#count + 1 === this.#pages.length) {
      this.#grow();
      return this.add(page);
    }
    const slot = ++this.#count;
    this.#slots[place] = slot;
    this.#pages[slot] = page;
    return slot;
  }

  clear(): void {
    this.#slots.fill(NO_SLOT);
    this.#count = 0;
  }

  /** Where the slot of `page` is kept, or would be. */
  #placeOf(page: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let place = page & mask;
    for (;;) {
      const slot = slots[place] as number;
      if (slot === NO_SLOT || this.#pages[slot] === page) return place;
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const pages = this.#pages;
    const count = this.#count;
    this.#pages = new Float64Array(2 * (pages.length - 1) + 1);
    this.#slots = new Int32Array(2 * this.#slots.length);
    this.#count = 0;
    for (let slot = 1; slot <= count; slot++) this.add(pages[slot] as number);
  }
}
