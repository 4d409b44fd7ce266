/** Lines out of the pieces that a pipe delivers, none longer than a limit. */
const NEWLINE = 10;

export class LineReader {
  readonly #limit: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  /** `limit` in bytes: of one line, its end not counted. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that `bytes` completes, in UTF-8; undefined when a line is too long. */
  push(bytes: Buffer): readonly string[] | undefined {
    const end = bytes.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.#keep(bytes);
      return this.#length > this.#limit ? undefined : [];
    }
    const complete = bytes.subarray(0, end);
    const text =
      this.#parts.length === 0
        ? complete.toString('utf8')
        : Buffer.concat([...this.#parts, complete]).toString('utf8');
    this.#parts = [];
    this.#length = 0;
    if (end + 1 < bytes.length) this.#keep(bytes.subarray(end + 1));
    return text.split('\n');
  }

  /** The start of a line that has not ended. */
  get rest(): string {
    return Buffer.concat(this.#parts).toString('utf8');
  }

  #keep(bytes: Uint8Array): void {
    // The next piece may come in the same memory.
    this.#parts.push(Uint8Array.from(bytes));
    this.#length += bytes.length;
  }
}
