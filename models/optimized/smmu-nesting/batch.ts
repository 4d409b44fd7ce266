/**
 * Commands for the units of the host, collected until somebody has to know that they are done, and then issued
 * at once for each unit. Each remembers which command of the guest it stands for, so that the queue stops at the
 * right one when the host does only some of them.
 */
import type { HostTables } from './host-tables.ts';

interface UnitBatch {
  readonly unit: number;
  readonly commands: bigint[][];
  /** By command: the place of the guest's command in the queue. */
  readonly places: number[];
}

export const ALL_DONE = Number.POSITIVE_INFINITY;

export class Batch {
  readonly #host: HostTables;
  /** By unit, those that have commands. */
  #units: UnitBatch[] = [];

  constructor(host: HostTables) {
    this.#host = host;
  }

  add(unit: number, place: number, low: bigint, high: bigint): void {
    const { commands, places } = this.#of(unit);
    commands.push([low, high]);
    places.push(place);
  }

  /** Issues everything, unit by unit. The place of the first command of the guest that is not done, or ALL_DONE. */
  flush(): number {
    if (this.#units.length === 0) return ALL_DONE;
    let limit = ALL_DONE;
    for (const { unit, commands, places } of this.#units.sort((one, other) => one.unit - other.unit)) {
      // What comes behind a command that failed has to be issued again anyway.
      const end = limit === ALL_DONE ? -1 : places.findIndex((place) => place >= limit);
      if (end >= 0) commands.length = end;
      if (commands.length === 0 || this.#host.call({ call: 'issue', unit, commands })) continue;
      limit = places[Math.min(this.#host.handled, commands.length - 1)] as number;
    }
    this.#units = [];
    return limit;
  }

  #of(unit: number): UnitBatch {
    for (const batch of this.#units) if (batch.unit === unit) return batch;
    const batch = { unit, commands: [], places: [] };
    this.#units.push(batch);
    return batch;
  }
}
