/**
 * How many cases are drawn and asked at a time. Of an implementation that takes batches, as many as fit well into a
 * second, so that a slow one (a simulation of gates, a debug build) shows progress and a fast one is not held up by
 * small batches. Of others few: what stays alive for long the engine moves to where it looks for waste seldom. What is
 * drawn and judged does not depend on it.
 */
import type { Implementation } from '../../spec/implementation.ts';

const FIRST = 32;
const LARGEST = 256;
const WITHOUT_BATCHES = 16;
const QUICK_MS = 100;
const SLOW_MS = 2000;

export class Pace {
  readonly #largest: number;
  #size: number;

  constructor({ runBatch }: Pick<Implementation, 'runBatch'>) {
    this.#largest = runBatch === undefined ? WITHOUT_BATCHES : LARGEST;
    this.#size = Math.min(FIRST, this.#largest);
  }

  /** `cases` in parts of the size that suits at that moment, each taken when it is asked for. */
  *parts<T>(cases: Iterable<T>): Generator<readonly T[], void> {
    const rest = cases[Symbol.iterator]();
    for (;;) {
      const part = next(rest, this.#size);
      if (part.length === 0) return;
      const started = performance.now();
      yield part;
      const took = performance.now() - started;
      if (took < QUICK_MS) this.#size = Math.min(this.#size * 2, this.#largest);
      if (took > SLOW_MS) this.#size = Math.max(1, this.#size >> 1);
    }
  }
}

/** Up to `count` more of `rest`. */
function next<T>(rest: Iterator<T>, count: number): readonly T[] {
  const part: T[] = [];
  while (part.length < count) {
    const { done, value } = rest.next();
    if (done === true) break;
    part.push(value);
  }
  return part;
}
