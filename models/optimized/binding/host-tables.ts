/**
 * Calls of the host and the tables that came of them. Nested tables are shared by everything that asks for the
 * same one over the same parent under the same domain id, and freed with their last user. Under another domain id
 * it is a new one: the guest drops what was cached under the old id by that id (6.5.2.4).
 */
import type { BindingCase, HostCall } from '../../../spec/schema.ts';

type Nested = Extract<HostCall, { call: 'create-nested' }>;
type FirstStage = Omit<Nested, 'call' | 'table' | 'parent' | 'device'>;

/** A table, and how many devices, PASIDs and nested tables use it. */
export interface HostTable {
  readonly number: number;
  readonly parent: HostTable | undefined;
  readonly key: string;
  users: number;
}

interface Kind {
  readonly iommufd: number;
  readonly coherent: boolean;
  readonly readOnly: boolean;
}

export class HostTables {
  calls: HostCall[] = [];
  failed = false;
  readonly #failing: readonly number[];
  readonly #parents: (HostTable & Kind)[] = [];
  readonly #nested = new Map<string, HostTable>();
  #number = 0;
  #nextFailing = 0;
  #tables = 0;
  #tracking = false;

  constructor({ failing }: BindingCase) {
    this.#failing = failing;
  }

  /** True when the host did it. */
  call(call: HostCall): boolean {
    this.calls.push(call);
    const fails = this.#failing[this.#nextFailing] === this.#number++;
    if (!fails) return true;
    this.#nextFailing++;
    this.failed = true;
    return false;
  }

  /** A parent for a device whose unit is `coherent` or not; undefined when it can't be made. Counts as a user. */
  parent({ iommufd, coherent, readOnly }: Kind): HostTable | undefined {
    let table = this.#parents.find(
      (one) => one.iommufd === iommufd && one.readOnly === readOnly && (coherent || !one.coherent),
    );
    if (table === undefined) {
      const number = ++this.#tables;
      if (!this.call({ call: 'create-parent', table: number, iommufd, coherent, readOnly })) return undefined;
      table = { number, parent: undefined, key: '', users: 0, iommufd, coherent, readOnly };
      this.#parents.push(table);
      if (!this.#track(table)) return undefined;
    }
    table.users++;
    return table;
  }

  /** A nested table over `parent`; undefined when it can't be made. Counts as a user. */
  nested(parent: HostTable, device: number, did: number, first: FirstStage): HostTable | undefined {
    const { pageTable, addressWidth, supervisorRequests, writeProtect, extendedAccessed } = first;
    const key = `${parent.number} ${did} ${pageTable} ${addressWidth} ${supervisorRequests} ${writeProtect} ${extendedAccessed}`;
    let table = this.#nested.get(key);
    if (table === undefined) {
      const number = ++this.#tables;
      if (!this.call({ call: 'create-nested', table: number, parent: parent.number, device, ...first }))
        return undefined;
      table = { number, parent, key, users: 0 };
      parent.users++;
      this.#nested.set(key, table);
      if (!this.#track(table)) return undefined;
    }
    table.users++;
    return table;
  }

  /** One user less; the last one frees it. */
  release(table: HostTable): void {
    table.users--;
    if (table.users === 0) this.#free(table);
  }

  /** All tables or none track writes. */
  track(on: boolean): void {
    if (this.#tracking === on) return;
    const tables = [...this.#parents, ...this.#nested.values()];
    for (const [index, { number }] of tables.entries()) {
      if (this.call({ call: 'track-dirty', table: number, on })) continue;
      for (const done of tables.slice(0, index))
        this.call({ call: 'track-dirty', table: done.number, on: !on });
      return;
    }
    this.#tracking = on;
  }

  #track(table: HostTable): boolean {
    if (!this.#tracking || this.call({ call: 'track-dirty', table: table.number, on: true })) return true;
    this.#free(table);
    return false;
  }

  /** What the host will not free is not used again. */
  #free(table: HostTable): void {
    const freed = this.call({ call: 'free', table: table.number });
    if (table.parent === undefined) {
      const index = this.#parents.findIndex((one) => one.number === table.number);
      this.#parents.splice(index, 1);
      return;
    }
    this.#nested.delete(table.key);
    // A table that is still there stands on its parent.
    if (freed) this.release(table.parent);
  }
}
