/**
 * Entries that have a property in common have to agree in another: who does not is named. When most agree, it is the
 * others that are wrong; of two the later one is named, with the place of the earlier. A dump may have hundreds of
 * thousands of entries, each with keys of its own: all is kept in typed arrays, as rows of numbers.
 */

/** One who differs from most of its kind. */
export interface Dissent {
  readonly key: number;
  /** Numbers of rows; `other` is the first of those that most agree with. */
  readonly row: number;
  readonly other: number;
}

interface Side {
  readonly value: number;
  readonly row: number;
  count: number;
}

const FIRST_CAPACITY = 64;
const FREE = -1;

export class Agreement {
  #size = 0;
  #keys = new Float64Array(FIRST_CAPACITY);
  /** Of the first side that a key had: its value, its first row, how many rows. */
  #values = new Float64Array(FIRST_CAPACITY);
  #rows = new Uint32Array(FIRST_CAPACITY);
  #counts = new Uint32Array(FIRST_CAPACITY);
  /** Hash table of places in the arrays above, at most half full. */
  #places = new Int32Array(2 * FIRST_CAPACITY).fill(FREE);
  /** Further sides, by place: nearly every key has none. */
  readonly #others = new Map<number, Side[]>();

  /** Key and value are integers of any sign; `row` is the number of a row. */
  add(key: number, value: number, row: number): void {
    const slot = this.#slotOf(key);
    const place = this.#places[slot] as number;
    if (place === FREE) {
      this.#places[slot] = this.#size;
      this.#append(key, value, row);
    } else if (this.#values[place] === value) {
      this.#counts[place] = (this.#counts[place] as number) + 1;
    } else {
      const sides = this.#others.get(place) ?? [];
      this.#others.set(place, sides);
      const same = sides.find((side) => side.value === value);
      if (same === undefined) sides.push({ value, row, count: 1 });
      else same.count++;
    }
  }

  /** Who disagrees with most of its kind, in the order in which the keys came. */
  *dissents(): Generator<Dissent> {
    for (const place of [...this.#others.keys()].sort((a, b) => a - b)) {
      const first: Side = {
        value: this.#values[place] as number,
        row: this.#rows[place] as number,
        count: this.#counts[place] as number,
      };
      const sides = [first, ...(this.#others.get(place) ?? [])];
      const most = sides.reduce((best, side) => (side.count > best.count ? side : best));
      const key = this.#keys[place] as number;
      for (const side of sides) if (side !== most) yield { key, row: side.row, other: most.row };
    }
  }

  /** Where `key` stands in the hash table, or may be put. */
  #slotOf(key: number): number {
    const last = this.#places.length - 1;
    for (let slot = hash(key) & last; ; slot = (slot + 1) & last) {
      const place = this.#places[slot] as number;
      if (place === FREE || this.#keys[place] === key) return slot;
    }
  }

  #append(key: number, value: number, row: number): void {
    this.#keys[this.#size] = key;
    this.#values[this.#size] = value;
    this.#rows[this.#size] = row;
    this.#counts[this.#size] = 1;
    this.#size++;
    if (this.#size === this.#keys.length) this.#grow();
  }

  #grow(): void {
    const capacity = 2 * this.#size;
    this.#keys = larger(this.#keys, new Float64Array(capacity));
    this.#values = larger(this.#values, new Float64Array(capacity));
    this.#rows = larger(this.#rows, new Uint32Array(capacity));
    this.#counts = larger(this.#counts, new Uint32Array(capacity));
    this.#places = new Int32Array(2 * capacity).fill(FREE);
    for (let place = 0; place < this.#size; place++) {
      this.#places[this.#slotOf(this.#keys[place] as number)] = place;
    }
  }
}

function larger<Numbers extends Float64Array | Uint32Array>(from: Numbers, into: Numbers): Numbers {
  into.set(from);
  return into;
}

/** Neighbouring keys, and keys that differ in high bits only, spread alike. */
function hash(key: number): number {
  const high = Math.floor(key / 0x1_0000_0000);
  const mixed = Math.imul((key >>> 0) ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
  return mixed ^ (mixed >>> 15);
}
