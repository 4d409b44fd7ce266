/** Rows of a dump, kept in as many bytes as they have: a finding about two of them has to show both. */

export interface Row {
  readonly line: number;
  readonly sourceId: number;
  /** Undefined for a context entry. */
  readonly pasid: number | undefined;
  /** As many as the dump shows, lowest first: 2 of a context entry, 3 of a PASID table entry. */
  readonly words: readonly bigint[];
}

const FIRST_CAPACITY = 64;
const WORDS = 3;
const NO_PASID = -1;

export class KeptRows {
  #size = 0;
  #lines = new Uint32Array(FIRST_CAPACITY);
  #sourceIds = new Uint16Array(FIRST_CAPACITY);
  #pasids = new Int32Array(FIRST_CAPACITY);
  #words = new BigUint64Array(WORDS * FIRST_CAPACITY);

  /** The number by which `get` gives it back. */
  add({ line, sourceId, pasid, words }: Row): number {
    if (this.#size === this.#lines.length) this.#grow();
    this.#lines[this.#size] = line;
    this.#sourceIds[this.#size] = sourceId;
    this.#pasids[this.#size] = pasid ?? NO_PASID;
    for (let word = 0; word < WORDS; word++) this.#words[WORDS * this.#size + word] = words[word] ?? 0n;
    return this.#size++;
  }

  get(row: number): Row {
    const pasid = this.#pasids[row] as number;
    const count = pasid === NO_PASID ? 2 : WORDS;
    return {
      line: this.#lines[row] as number,
      sourceId: this.#sourceIds[row] as number,
      pasid: pasid === NO_PASID ? undefined : pasid,
      words: [...this.#words.subarray(WORDS * row, WORDS * row + count)],
    };
  }

  #grow(): void {
    const capacity = 2 * this.#size;
    const before = [this.#lines, this.#sourceIds, this.#pasids] as const;
    this.#lines = new Uint32Array(capacity);
    this.#sourceIds = new Uint16Array(capacity);
    this.#pasids = new Int32Array(capacity);
    this.#lines.set(before[0]);
    this.#sourceIds.set(before[1]);
    this.#pasids.set(before[2]);
    const words = new BigUint64Array(WORDS * capacity);
    words.set(this.#words);
    this.#words = words;
  }
}
