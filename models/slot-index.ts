/**
 * Numbers of up to 52 bits to slots 1, 2, 3 … in the order in which they come, by linear probing over arrays
 * that are kept: pages of a sparse memory, entries of tables. A `Map` gives its room back when it is cleared and
 * grows anew for every case, which costs 100 ns a number where this costs 10.
 */

/** Spreads numbers that differ in few bits, such as pages of tables that begin at round addresses. */
const GOLDEN = 0x9e37_79b1;

/** What `slotOf` gives for a number that has no slot. */
export const NO_SLOT = 0;

export class SlotIndex {
  /** Slot by the hash of its number, NO_SLOT where free; at most half full. */
  #slots: Int32Array;
  /** Number by slot. */
  #numbers: Float64Array;
  /** Bits of a hash less those of a place. */
  #shift: number;
  #count = 0;

  /** Has room for `room` numbers, a power of two, and grows when more are added. */
  constructor(room: number) {
    this.#slots = new Int32Array(2 * room);
    this.#numbers = new Float64Array(room + 1);
    this.#shift = Math.clz32(2 * room) + 1;
  }

  /** How many numbers have a slot; the highest slot. */
  get count(): number {
    return this.#count;
  }

  slotOf(number: number): number {
    return this.#slots[this.#placeOf(number)] as number;
  }

  /** The slot of `number`, a new one unless it has one. */
  add(number: number): number {
    const place = this.#placeOf(number);
    const known = this.#slots[place] as number;
    if (known !== NO_SLOT) return known;
    if (this.#count + 1 === this.#numbers.length) {
      this.#grow();
      return this.add(number);
    }
    const slot = ++this.#count;
    this.#slots[place] = slot;
    this.#numbers[slot] = number;
    return slot;
  }

  clear(): void {
    this.#slots.fill(NO_SLOT);
    this.#count = 0;
  }

  /** Where the slot of `number` is kept, or would be. */
  #placeOf(number: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let place = Math.imul(number, GOLDEN) >>> this.#shift;
    for (;;) {
      const slot = slots[place] as number;
      if (slot === NO_SLOT || this.#numbers[slot] === number) return place;
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const numbers = this.#numbers;
    const count = this.#count;
    this.#numbers = new Float64Array(2 * (numbers.length - 1) + 1);
    this.#slots = new Int32Array(2 * this.#slots.length);
    this.#shift--;
    this.#count = 0;
    for (let slot = 1; slot <= count; slot++) this.add(numbers[slot] as number);
  }
}
