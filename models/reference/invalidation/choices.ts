/** Every way through a course of choices, one after the other: always the first one at first, then the others. */
export class Choices {
  readonly #taken: number[] = [];
  readonly #counts: number[] = [];
  readonly #made: unknown[] = [];
  #next = 0;

  /** One of `count` options, 0 to count - 1. */
  take(count: number): number {
    if (count <= 1) return 0;
    const at = this.#next++;
    if (at === this.#taken.length) {
      this.#taken.push(0);
      this.#counts.push(count);
      this.#made.push(undefined);
    }
    return this.#taken[at] as number;
  }

  /** What `make` gave when a way came by here first: all ways that share their choices so far have it in common. */
  once<T>(make: () => T): T {
    const at = this.#next++;
    if (at === this.#taken.length) {
      this.#taken.push(0);
      this.#counts.push(1);
      this.#made.push(make());
    }
    return this.#made[at] as T;
  }

  /** What was taken so far on this way. */
  get path(): string {
    return this.#taken.slice(0, this.#next).join();
  }

  /** Goes back to the start for the next way; false when there is none. */
  advance(): boolean {
    this.#next = 0;
    while (this.#taken.length > 0) {
      const last = this.#taken.length - 1;
      const next = (this.#taken[last] as number) + 1;
      if (next < (this.#counts[last] as number)) {
        this.#taken[last] = next;
        return true;
      }
      this.#taken.pop();
      this.#counts.pop();
      this.#made.pop();
    }
    return false;
  }
}
