/**
 * Entries that have a property in common have to agree in another: who does not is named. When most agree, it is the
 * others that are wrong; of two the later one is named, with the place of the earlier.
 */

interface Side<Row> {
  readonly value: string | number;
  readonly row: Row;
  count: number;
}

export interface Dissent<Row> {
  readonly key: string | number;
  readonly row: Row;
  /** The first of those that most agree with. */
  readonly other: Row;
}

/** `Row` is what is kept of the first row of each side. */
export class Agreement<Row> {
  /** One side is kept as itself: nearly every key has only one. */
  readonly #sides = new Map<string | number, Side<Row> | Map<string | number, Side<Row>>>();

  add(key: string | number, value: string | number, row: Row): void {
    const known = this.#sides.get(key);
    const same = known instanceof Map ? known.get(value) : known?.value === value ? known : undefined;
    if (same !== undefined) {
      same.count++;
      return;
    }
    const side = { value, row, count: 1 };
    if (known === undefined) this.#sides.set(key, side);
    else if (known instanceof Map) known.set(value, side);
    else {
      const sides = [known, side].map((one) => [one.value, one] as const);
      this.#sides.set(key, new Map(sides));
    }
  }

  /** Who disagrees with most of its kind, in the order of the keys. */
  *dissents(): Generator<Dissent<Row>> {
    for (const [key, known] of this.#sides) {
      if (!(known instanceof Map)) continue;
      const sides = [...known.values()];
      const most = sides.reduce((best, side) => (side.count > best.count ? side : best));
      for (const side of sides) if (side !== most) yield { key, row: side.row, other: most.row };
    }
  }
}
