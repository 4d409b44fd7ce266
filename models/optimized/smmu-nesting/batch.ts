/**
 * Commands for the units of the host, collected until somebody has to know that they are done, and then issued
 * at once for each unit. Each remembers which command of the guest it stands for, so that the queue stops at the
 * right one when the host does only some of them.
 */
import type { HostTables } from './host-tables.ts';

interface UnitBatch {
  readonly commands: bigint[][];
  /** By command: the place of the guest's command in the queue. */
  readonly places: number[];
}

export const ALL_DONE = Number.POSITIVE_INFINITY;

export class Batch {
  readonly #host: HostTables;
  readonly #units: readonly UnitBatch[];

  constructor(host: HostTables, units: number) {
    this.#host = host;
    this.#units = Array.from({ length: units }, () => ({ commands: [], places: [] }));
  }

  add(unit: number, place: number, low: bigint, high: bigint): void {
    const batch = this.#units[unit] as UnitBatch;
    batch.commands.push([low, high]);
    batch.places.push(place);
  }

  /** Issues everything. The place of the first command of the guest that is not done, or ALL_DONE. */
  flush(): number {
    let limit = ALL_DONE;
    for (const [unit, { commands, places }] of this.#units.entries()) {
      // What comes behind a command that failed has to be issued again anyway.
      const end = limit === ALL_DONE ? commands.length : places.findIndex((place) => place >= limit);
      const count = end < 0 ? commands.length : end;
      if (count > 0 && !this.#host.call({ call: 'issue', unit, commands: commands.slice(0, count) })) {
        limit = places[Math.min(this.#host.handled, count - 1)] as number;
      }
      commands.length = 0;
      places.length = 0;
    }
    return limit;
  }
}
