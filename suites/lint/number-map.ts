/**
 * Numbers by numbers, in two typed arrays: a dump may have hundreds of thousands of tables and of PASIDs, and a Map
 * takes ten times the room.
 */

const FIRST_CAPACITY = 64;
/** Of the slots, so many eighths may be taken. */
const FULLEST = 6;

export class NumberMap {
  #size = 0;
  /** NaN where nothing is. */
  #keys = new Float64Array(FIRST_CAPACITY).fill(Number.NaN);
  #values = new Uint32Array(FIRST_CAPACITY);

  /** `key` is an integer of any sign. */
  get(key: number): number | undefined {
    const slot = this.#slotOf(key);
    return this.#keys[slot] === key ? this.#values[slot] : undefined;
  }

  /** `value` is an integer of 32 bits, not negative. */
  set(key: number, value: number): void {
    let slot = this.#slotOf(key);
    if (this.#keys[slot] !== key) {
      if (8 * this.#size >= FULLEST * this.#keys.length) {
        this.#grow();
        slot = this.#slotOf(key);
      }
      this.#keys[slot] = key;
      this.#size++;
    }
    this.#values[slot] = value;
  }

  /** Where `key` stands, or may be put. */
  #slotOf(key: number): number {
    const last = this.#keys.length - 1;
    for (let slot = fingerprint(key) & last; ; slot = (slot + 1) & last) {
      const found = this.#keys[slot] as number;
      if (found === key || Number.isNaN(found)) return slot;
    }
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(2 * keys.length).fill(Number.NaN);
    this.#values = new Uint32Array(2 * keys.length);
    for (let from = 0; from < keys.length; from++) {
      const key = keys[from] as number;
      if (Number.isNaN(key)) continue;
      const slot = this.#slotOf(key);
      this.#keys[slot] = key;
      this.#values[slot] = values[from] as number;
    }
  }
}

/** 32 bits of a number: neighbours, and numbers that differ in high bits only, spread alike. */
export function fingerprint(key: number): number {
  const high = Math.floor(key / 0x1_0000_0000);
  const mixed = Math.imul((key >>> 0) ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
