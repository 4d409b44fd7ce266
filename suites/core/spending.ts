/** Where the time of a search goes. A look at the clock costs some 30 ns, the cheapest check 4 µs. */
import type { AreaResult } from '../../spec/schema.ts';

export type Spent = NonNullable<AreaResult['spentMs']>;

export class Spending {
  readonly #ms = { draw: 0, implementation: 0, judge: 0 };

  get result(): Spent {
    return { ...this.#ms };
  }

  add(spent: Spent): void {
    this.#ms.draw += spent.draw;
    this.#ms.implementation += spent.implementation;
    this.#ms.judge += spent.judge;
  }

  /** What `work` gives; the time until then is counted for `kind`. */
  on<T>(kind: keyof Spent, work: () => T): T {
    const started = performance.now();
    const end = <R>(given: R): R => {
      this.#ms[kind] += performance.now() - started;
      return given;
    };
    const given = work();
    return given instanceof Promise ? (given.then(end) as T) : end(given);
  }
}
