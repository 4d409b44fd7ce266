/**
 * The host of a case: its page tables, what is attached to what, and what may be asked of it. A call that makes
 * no sense breaks a rule; a call that the case lets fail changes nothing.
 */

import type { BindingCase, HostCall } from '../../../spec/schema/binding.ts';
import type { Mismatch } from '../../../spec/schema.ts';
import { blocked, parent, type Served } from './served.ts';

export interface ParentTable {
  readonly is: 'parent';
  readonly iommufd: number;
  readonly coherent: boolean;
  readonly readOnly: boolean;
  tracked: boolean;
}

export interface NestedTable {
  readonly is: 'nested';
  readonly parent: number;
  readonly device: number;
  readonly served: Served;
  tracked: boolean;
}

export type HostTable = ParentTable | NestedTable;

/** Requests of a device without PASID, or with one. */
export interface Requests {
  readonly device: number;
  readonly pasid: number | undefined;
}

/** A number for each device and PASID; that of PASID 0 stands for requests without one. */
export function keyOf({ device, pasid = 0 }: Requests): number {
  return device * PASIDS + pasid;
}

export function deviceOfKey(key: number): number {
  return Math.floor(key / PASIDS);
}

export function pasidOfKey(key: number): number | undefined {
  return key % PASIDS || undefined;
}

const PASIDS = 2 ** 20;

export class Host {
  readonly tables = new Map<number, HostTable>();
  /** Table by key of the requests that it translates. */
  readonly attached = new Map<number, { readonly requests: Requests; readonly table: number }>();
  readonly #case: Pick<BindingCase, 'devices' | 'units'>;
  readonly #everUsed = new Set<number>();
  readonly #tracksEach: boolean;

  constructor(testCase: Pick<BindingCase, 'devices' | 'units' | 'profile'>) {
    this.#case = testCase;
    this.#tracksEach = testCase.profile.policies.writeTracking === 'each-table';
  }

  /** The table of `requests`, and its number. */
  tableOf(requests: Requests): (HostTable & { readonly number: number }) | undefined {
    const number = this.attached.get(keyOf(requests))?.table;
    const table = number === undefined ? undefined : this.tables.get(number);
    return number === undefined || table === undefined ? undefined : { ...table, number };
  }

  /** What is done with `requests`. */
  served(requests: Requests): Served {
    const number = this.attached.get(keyOf(requests))?.table;
    const table = number === undefined ? undefined : this.tables.get(number);
    if (table === undefined) return blocked;
    return table.is === 'parent' ? parent : table.served;
  }

  /** Whether what `table` lets through is tracked: by itself, or by its parent unless each must be by itself. */
  tracks({ tracked, ...table }: HostTable): boolean {
    if (tracked || table.is === 'parent' || this.#tracksEach) return tracked;
    return this.tables.get(table.parent)?.tracked === true;
  }

  isAttached(table: number): boolean {
    for (const one of this.attached.values()) if (one.table === table) return true;
    return false;
  }

  hasChildren(parent: number): boolean {
    for (const table of this.tables.values())
      if (table.is === 'nested' && table.parent === parent) return true;
    return false;
  }

  /** A parent table that could serve `device`, if there is one beside those that are `unfit`. */
  parentFor(device: number, unfit: ReadonlySet<number> = new Set()): number | undefined {
    for (const [number, table] of this.tables) {
      if (table.is === 'parent' && !unfit.has(number) && this.fits(table, device)) return number;
    }
    return undefined;
  }

  /** Whether the devices of a parent's kind may be served by it: same iommufd, coherence, erratum. */
  fits(parent: ParentTable, device: number): boolean {
    return this.#misfit(parent, device) === undefined;
  }

  /** Makes `call`, which fails when `failed`; a breach when nobody may make it now. */
  make(call: HostCall, failed: boolean): Mismatch | undefined {
    switch (call.call) {
      case 'create-parent':
        return this.#createParent(call, failed);
      case 'create-nested':
        return this.#createNested(call, failed);
      case 'attach':
        return this.#attach(call, failed);
      case 'detach':
        // What has nothing is left as it is.
        if (!failed) this.attached.delete(keyOf(requestsOf(call)));
        return undefined;
      case 'free':
        return this.#free(call.table, failed);
      case 'invalidate': {
        const table = this.tables.get(call.table);
        if (table?.is === 'nested') return undefined;
        return broken('binding.calls', 'a nested table', describeTable(call.table, table));
      }
      case 'track-dirty': {
        const table = this.tables.get(call.table);
        if (table === undefined) return broken('binding.calls', 'a table', describeTable(call.table, table));
        if (!failed) table.tracked = call.on;
        return undefined;
      }
      case 'purge':
        return undefined;
    }
  }

  #createParent(
    { table, iommufd, coherent, readOnly }: Extract<HostCall, { call: 'create-parent' }>,
    failed: boolean,
  ): Mismatch | undefined {
    if (this.#everUsed.has(table)) return usedTwice(table);
    if (failed) return undefined;
    this.#everUsed.add(table);
    this.tables.set(table, { is: 'parent', iommufd, coherent, readOnly, tracked: false });
    return undefined;
  }

  #createNested(call: Extract<HostCall, { call: 'create-nested' }>, failed: boolean): Mismatch | undefined {
    if (this.#everUsed.has(call.table)) return usedTwice(call.table);
    const parent = this.tables.get(call.parent);
    if (parent?.is !== 'parent')
      return broken('binding.calls', 'a parent table', describeTable(call.parent, parent));
    const misfit = this.#misfit(parent, call.device);
    if (misfit) return misfit;
    if (failed) return undefined;
    this.#everUsed.add(call.table);
    const { device, pageTable, addressWidth, supervisorRequests, writeProtect, extendedAccessed } = call;
    this.tables.set(call.table, {
      is: 'nested',
      parent: call.parent,
      device,
      served: {
        is: 'nested',
        table: { pageTable, addressWidth, supervisorRequests, writeProtect, extendedAccessed },
      },
      tracked: false,
    });
    return undefined;
  }

  #attach(call: Extract<HostCall, { call: 'attach' }>, failed: boolean): Mismatch | undefined {
    const table = this.tables.get(call.table);
    if (table === undefined) return broken('binding.calls', 'a table', describeTable(call.table, table));
    const parent = table.is === 'parent' ? table : this.tables.get(table.parent);
    const misfit = parent?.is === 'parent' ? this.#misfit(parent, call.device) : undefined;
    if (misfit) return misfit;
    const requests = requestsOf(call);
    if (!failed) this.attached.set(keyOf(requests), { requests, table: call.table });
    return undefined;
  }

  #free(number: number, failed: boolean): Mismatch | undefined {
    const table = this.tables.get(number);
    if (table === undefined) {
      return broken('binding.free.once', 'a table that is there', describeTable(number, table));
    }
    if (this.isAttached(number)) {
      return broken(
        'binding.free.in-use',
        'a table that translates for nobody',
        `table ${number} is attached`,
      );
    }
    if (table.is === 'parent' && this.hasChildren(number)) {
      return broken(
        'binding.free.in-use',
        'a table without nested ones',
        `table ${number} has nested tables`,
      );
    }
    if (!failed) this.tables.delete(number);
    return undefined;
  }

  /** Why `parent` must not serve `device`. */
  #misfit(parent: ParentTable, device: number): Mismatch | undefined {
    const known = this.#case.devices[device];
    if (known === undefined) return broken('binding.calls', 'a device of the case', `device ${device}`);
    const { iommufd, unit } = known;
    const host = this.#case.units[unit];
    if (host === undefined || parent.iommufd !== iommufd) {
      return broken(
        'binding.parent.iommufd',
        `a parent of iommufd ${iommufd}`,
        `one of iommufd ${parent.iommufd}`,
      );
    }
    if (parent.coherent && !host.coherent) {
      return broken('binding.parent.coherence', 'a parent that forces no coherence', 'one that does');
    }
    if (parent.readOnly === host.erratum772415) {
      const kind = (readOnly: boolean) => `a parent ${readOnly ? 'with' : 'without'} read-only mappings`;
      return broken('binding.parent.erratum', kind(!host.erratum772415), kind(parent.readOnly));
    }
    return undefined;
  }
}

export function requestsOf(call: { readonly device: number; readonly pasid?: number | undefined }): Requests {
  return { device: call.device, pasid: call.pasid };
}

export function describeRequests({ device, pasid }: Requests): string {
  return `device ${device}${pasid === undefined ? '' : `, PASID ${pasid}`}`;
}

function describeTable(number: number, table: HostTable | undefined): string {
  return table === undefined
    ? `table ${number}, which is not there`
    : `table ${number}, which is a ${table.is} one`;
}

function usedTwice(number: number): Mismatch {
  return broken('binding.calls', 'a new number', `table ${number} again`);
}

function broken(rule: string, expected: string, observed: string): Mismatch {
  return { rule, aspect: rule.startsWith('binding.free') ? 'count' : 'outcome', expected, observed };
}
