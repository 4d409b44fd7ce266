/**
 * The chunks that a search draws, dealt out by number to the threads that ask the cases of its area. Each takes the next
 * one when it is free; what came of them is added up in the order of their numbers.
 */

/** Chunks that are asked before those that come before them have been added up: each costs memory until then. */
const MOST_AHEAD = 256;

/** Places in the memory that the threads share. */
const NEXT = 0;
const TURN = 1;
const END = 2;
const PLACES = 3;

/** More chunks than any search comes to. */
const NO_END = 2 ** 31 - 1;

export class Deal {
  readonly memory: SharedArrayBuffer;
  readonly #places: Int32Array;

  /** Of the thread that adds up, or with `memory` of another one. */
  constructor(memory?: SharedArrayBuffer) {
    this.memory = memory ?? new SharedArrayBuffer(PLACES * Int32Array.BYTES_PER_ELEMENT);
    this.#places = new Int32Array(this.memory);
    if (memory === undefined) this.endAt(NO_END);
  }

  /** A chunk that nobody has taken; undefined when there is none, for now or for ever. */
  take(): number | undefined {
    for (;;) {
      const next = Atomics.load(this.#places, NEXT);
      if (next >= this.end || next - this.turn >= MOST_AHEAD) return undefined;
      if (Atomics.compareExchange(this.#places, NEXT, next, next + 1) === next) return next;
    }
  }

  /** Chunks that were taken. */
  get taken(): number {
    return Atomics.load(this.#places, NEXT);
  }

  /** The chunk that is added up next. */
  get turn(): number {
    return Atomics.load(this.#places, TURN);
  }

  advance(): void {
    Atomics.add(this.#places, TURN, 1);
  }

  /** No chunk from number `end` on is taken any more. */
  endAt(end: number): void {
    Atomics.store(this.#places, END, end);
  }

  /** True when nothing is left to be taken. */
  get isOver(): boolean {
    return this.taken >= this.end;
  }

  /** The number of the chunk that is not taken any more; 0 when all is over. */
  get end(): number {
    return Atomics.load(this.#places, END);
  }
}
