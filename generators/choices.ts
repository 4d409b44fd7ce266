/**
 * Many small choices out of one drawn integer. A drawn case then costs a handful of integers, and since
 * the integer 0 makes the first choice for ever, fast-check shrinks a whole part of a case in one step.
 */
import { HIGH, halves, LOW, whole } from '../models/halves.ts';

const TWO_32 = 0x1_0000_0000;

export class Choices {
  #state: number;

  /** `seed`: 32 bits, unsigned. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number from 0 to `count` - 1; `count` is at most 2^32. */
  pick(count: number): number {
    // xorshift32: zero stays zero, every other state runs through all the rest.
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    const drawn = Math.imul(state, 0x9e37_79b1) >>> 0;
    // Of two 32-bit numbers the remainder costs half as much as of any two.
    return count < TWO_32 ? drawn % (count >>> 0) : drawn;
  }

  /** A number from 0 to `limit` - 1; `limit` is at most 2^52. */
  below(limit: number): number {
    return ((this.pick(TWO_32) % 0x10_0000) * TWO_32 + this.pick(TWO_32)) % limit;
  }

  /** One of `options`, the first when the seed is 0. Throws RangeError when there is none. */
  one<T>(options: readonly T[]): T {
    const index = this.pick(options.length);
    if (!(index < options.length)) throw new RangeError('nothing to choose from');
    return options[index] as T;
  }

  /** True once in `times`, never when the seed is 0. */
  oneIn(times: number): boolean {
    return this.pick(times) === times - 1;
  }

  /** 64 bits. */
  word(): bigint {
    halves[HIGH] = this.pick(TWO_32);
    halves[LOW] = this.pick(TWO_32);
    return whole[0] as bigint;
  }
}

/** Makes the first choice for ever. */
export const PLAIN = new Choices(0);
