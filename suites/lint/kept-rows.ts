/** Rows of a dump, kept in as few bytes as they have: a finding about two of them has to show both. */

export interface Row {
  readonly line: number;
  readonly sourceId: number;
  /** Undefined for a context entry. */
  readonly pasid: number | undefined;
  /** As many as the dump shows, lowest first: 2 of a context entry, 3 of a PASID table entry. */
  readonly words: readonly bigint[];
}

const WORDS = 3;
const NO_PASID = -1;
const ROWS_OF_A_PIECE = 1 << 12;

/** Rows in pieces, so that nothing is copied while they grow. */
interface Piece {
  readonly lines: Uint32Array;
  readonly sourceIds: Uint16Array;
  readonly pasids: Int32Array;
  readonly words: BigUint64Array;
}

export class KeptRows {
  readonly #pieces: Piece[] = [];
  #size = 0;

  /** The number by which `get` gives it back. */
  add({ line, sourceId, pasid, words }: Row): number {
    const row = this.#size++;
    const at = row % ROWS_OF_A_PIECE;
    if (at === 0) this.#pieces.push(newPiece());
    const piece = this.#pieceOf(row);
    piece.lines[at] = line;
    piece.sourceIds[at] = sourceId;
    piece.pasids[at] = pasid ?? NO_PASID;
    for (let word = 0; word < WORDS; word++) piece.words[WORDS * at + word] = words[word] ?? 0n;
    return row;
  }

  get(row: number): Row {
    const { lines, sourceIds, pasids, words } = this.#pieceOf(row);
    const at = row % ROWS_OF_A_PIECE;
    const pasid = pasids[at] as number;
    const count = pasid === NO_PASID ? 2 : WORDS;
    return {
      line: lines[at] as number,
      sourceId: sourceIds[at] as number,
      pasid: pasid === NO_PASID ? undefined : pasid,
      words: [...words.subarray(WORDS * at, WORDS * at + count)],
    };
  }

  #pieceOf(row: number): Piece {
    return this.#pieces[Math.floor(row / ROWS_OF_A_PIECE)] as Piece;
  }
}

function newPiece(): Piece {
  return {
    lines: new Uint32Array(ROWS_OF_A_PIECE),
    sourceIds: new Uint16Array(ROWS_OF_A_PIECE),
    pasids: new Int32Array(ROWS_OF_A_PIECE),
    words: new BigUint64Array(WORDS * ROWS_OF_A_PIECE),
  };
}
