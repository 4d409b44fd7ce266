/**
 * Calls of the host and the nested tables that came of them. A table is shared by all devices of a unit whose
 * entries say the same, and freed with its last user.
 */
import type { SmmuCall, SmmuNestingCase } from '../../../spec/schema.ts';

export interface HostTable {
  readonly number: number;
  readonly unit: number;
  readonly word0: bigint;
  readonly word1: bigint;
  users: number;
}

export class HostTables {
  calls: SmmuCall[] = [];
  failed = false;
  /** How many commands the host issued in the last call that failed. */
  handled = 0;
  readonly #failing: SmmuNestingCase['failing'];
  /** So few that they are looked through. */
  #tables: HostTable[] = [];
  #number = 0;
  #nextFailing = 0;
  #made = 0;

  constructor({ failing }: SmmuNestingCase) {
    this.#failing = failing;
  }

  /** True when the host did it. */
  call(call: SmmuCall): boolean {
    this.calls.push(call);
    const next = this.#failing[this.#nextFailing];
    if (next?.call !== this.#number++) return true;
    this.#nextFailing++;
    this.failed = true;
    this.handled = next.handled ?? 0;
    return false;
  }

  /** A table for the words of an entry; undefined when it can't be made. Counts as a user. */
  acquire(unit: number, word0: bigint, word1: bigint): HostTable | undefined {
    let table = this.#tables.find((one) => one.unit === unit && one.word0 === word0 && one.word1 === word1);
    if (table === undefined) {
      const number = ++this.#made;
      if (!this.call({ call: 'create', table: number, unit, ste: [word0, word1] })) return undefined;
      table = { number, unit, word0, word1, users: 0 };
      this.#tables.push(table);
    }
    table.users++;
    return table;
  }

  /** One user less; the last one frees it. What the host will not free is not used again. */
  release(table: HostTable): void {
    table.users--;
    if (table.users > 0) return;
    this.#tables = this.#tables.filter((one) => one !== table);
    this.call({ call: 'free', table: table.number });
  }
}
