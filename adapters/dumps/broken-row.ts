/**
 * A row over several lines: mailers break long lines, at a space or anywhere, and the kernel's documentation shows
 * each column by itself. What is no row in the end was garbled.
 */
import type { DumpKind } from '../../spec/dumps.ts';

/** `dmar_translation_struct` has so many columns. */
const MOST_PIECES = 5;
/** Rows and what is left of them begin so, some with spaces in front. */
const beginning = /^\s*-?[0-9a-f]/i;

export class BrokenRow {
  /** Where it began, what stood there, and of what dump. */
  readonly line: number;
  readonly first: string;
  readonly dump: DumpKind | undefined;
  #text: string;
  #pieces = 1;

  constructor(line: number, first: string, dump: DumpKind | undefined, candidates: readonly string[]) {
    this.line = line;
    this.first = first;
    this.dump = dump;
    this.#text = pieceOf(candidates);
  }

  /** False when the row can't have more. */
  get mayGoOn(): boolean {
    return this.#pieces < MOST_PIECES;
  }

  /** What the row may be when the line with these candidates is a part of it. */
  add(candidates: readonly string[]): readonly string[] {
    const piece = pieceOf(candidates).trim();
    const whole = [' ', ''].map((glue) => this.#text + glue + piece);
    this.#text = `${this.#text} ${piece}`;
    this.#pieces++;
    return whole;
  }
}

/** `candidates` are the line and what it is without what stands in front. */
function pieceOf(candidates: readonly string[]): string {
  return candidates.find((one) => beginning.test(one)) ?? candidates[0] ?? '';
}
