/**
 * Entries that have a property in common have to agree in another: who does not is named. When most agree, it is the
 * others that are wrong; of two the later one is named, with the place of the earlier.
 */
import { fingerprint, NumberMap } from './number-map.ts';

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

/** Of the first side that a key had: a number for its value, how many rows, the first of them. */
const [VALUE, COUNT, NUMBERS] = [0, 1, 3];
const KEYS_OF_A_PIECE = 1 << 12;
/** So many sides of a key and so many keys that disagree are kept: tables gone wild would fill memory. */
const MOST_SIDES = 64;
const MOST_KEYS = 1 << 12;

export class Agreement {
  readonly #places = new NumberMap();
  /** In pieces, so that nothing is copied while it grows. */
  readonly #pieces: Uint32Array[] = [];
  #size = 0;
  /** Further sides, by key: nearly every key has none. */
  readonly #others = new Map<number, Side[]>();
  /** Rows that disagree beyond those that are kept. */
  left = 0;

  /** Key and value are integers of any sign; `row` gives the number of a row, where that is kept. */
  add(key: number, value: number, row: () => number): void {
    const place = this.#places.get(key);
    // Values that differ have the same number once in 4,000,000,000 times, and are taken for one then.
    const told = fingerprint(value);
    if (place === undefined) {
      this.#append(key, told, row());
      return;
    }
    const piece = this.#pieceOf(place);
    const at = atOf(place);
    if (piece[at + VALUE] === told) {
      piece[at + COUNT] = (piece[at + COUNT] as number) + 1;
      return;
    }
    this.#disagree(key, told, row);
  }

  /** Who disagrees with most of its kind, in the order in which the keys came. */
  *dissents(): Generator<Dissent> {
    const placed = [...this.#others].map(([key, sides]) => ({
      key,
      sides,
      place: this.#places.get(key) ?? 0,
    }));
    for (const { key, sides, place } of placed.sort((one, other) => one.place - other.place)) {
      const all = [this.#firstSide(place), ...sides];
      const most = all.reduce((best, side) => (side.count > best.count ? side : best));
      for (const side of all) if (side !== most) yield { key, row: side.row, other: most.row };
    }
  }

  #disagree(key: number, told: number, row: () => number): void {
    const known = this.#others.get(key);
    const same = known?.find((side) => side.value === told);
    if (same !== undefined) {
      same.count++;
    } else if (known === undefined ? this.#others.size >= MOST_KEYS : known.length >= MOST_SIDES) {
      this.left++;
    } else {
      const side = { value: told, row: row(), count: 1 };
      if (known === undefined) this.#others.set(key, [side]);
      else known.push(side);
    }
  }

  #firstSide(place: number): Side {
    const piece = this.#pieceOf(place);
    const at = atOf(place);
    const [value = 0, count = 0, row = 0] = piece.subarray(at, at + NUMBERS);
    return { value, row, count };
  }

  #append(key: number, told: number, row: number): void {
    const place = this.#size++;
    this.#places.set(key, place);
    if (place % KEYS_OF_A_PIECE === 0) this.#pieces.push(new Uint32Array(NUMBERS * KEYS_OF_A_PIECE));
    this.#pieceOf(place).set([told, 1, row], atOf(place));
  }

  #pieceOf(place: number): Uint32Array {
    return this.#pieces[Math.floor(place / KEYS_OF_A_PIECE)] as Uint32Array;
  }
}

function atOf(place: number): number {
  return NUMBERS * (place % KEYS_OF_A_PIECE);
}
