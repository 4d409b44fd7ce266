/** Workers that no area is left for help those that are at work. */
import type { Area } from '../../spec/schema.ts';

export class IdleWorkers {
  readonly #workers: number;
  #waiting: number;
  readonly #running = new Set<Area>();

  /** `areas`: how many there are to be run by `workers`. */
  constructor(workers: number, areas: number) {
    this.#workers = workers;
    this.#waiting = areas;
  }

  start(area: Area): void {
    this.#waiting--;
    this.#running.add(area);
  }

  end(area: Area): void {
    this.#running.delete(area);
  }

  /** How many help `area`: each has as many as the others, or one more. */
  helping(area: Area): number {
    const place = [...this.#running].indexOf(area);
    if (this.#waiting > 0 || place < 0) return 0;
    const idle = this.#workers - this.#running.size;
    // More areas than workers: fewer than none are idle.
    return Math.max(Math.ceil((idle - place) / this.#running.size), 0);
  }
}
