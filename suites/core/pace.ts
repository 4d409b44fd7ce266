/**
 * How many cases are asked at a time: as many as fit well into a second, so that a slow implementation (a
 * simulation of gates, a debug build) shows progress and a fast one is not held up by small batches. What
 * is drawn and judged does not depend on it.
 */
const FIRST = 32;
const LARGEST = 256;
const QUICK_MS = 100;
const SLOW_MS = 2000;

export class Pace {
  #size = FIRST;

  /** `cases` in parts of the size that suits at that moment. */
  *parts<T>(cases: readonly T[]): Iterable<readonly T[]> {
    for (let at = 0; at < cases.length; ) {
      const part = cases.slice(at, at + this.#size);
      at += part.length;
      const started = performance.now();
      yield part;
      const took = performance.now() - started;
      if (took < QUICK_MS) this.#size = Math.min(this.#size * 2, LARGEST);
      if (took > SLOW_MS) this.#size = Math.max(1, this.#size >> 1);
    }
  }
}
