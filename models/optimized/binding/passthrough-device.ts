/** One plugged device: what each of its PASIDs is bound to, and by which entry. */
import { type GuestEntries, NONE } from './guest-entries.ts';
import type { HostTable, HostTables } from './host-tables.ts';

/** Which cached entries an invalidation is about; what is left out is any. */
export interface Filter {
  readonly did?: number;
  readonly pasid?: number;
}

interface Place {
  readonly index: number;
  readonly sourceId: number;
  readonly parent: HostTable;
  /** PASIDs from here on are not for this device. */
  readonly limit: number;
}

interface Binding {
  /** The PASID whose entry it is. */
  pasid: number;
  /** The entry when it was read last, valid or zero. */
  readonly entry: Uint32Array;
  /** The parent itself, a nested table, or nothing while requests are blocked. */
  table: HostTable | undefined;
  /** The last call failed: what is bound is not what was read. */
  failed: boolean;
}

/** Key of requests without PASID. */
const NO_PASID = 0;
const ENTRY_HALVES = 16;
const FIRST_STAGE = 1;
const PASS_THROUGH = 4;
const TWO_32 = 0x1_0000_0000n;

export class PassthroughDevice {
  readonly sourceId: number;
  readonly #entries: GuestEntries;
  readonly #host: HostTables;
  readonly #place: Place;
  readonly #bindings = new Map<number, Binding>();

  constructor(entries: GuestEntries, host: HostTables, place: Place) {
    this.sourceId = place.sourceId;
    this.#entries = entries;
    this.#host = host;
    this.#place = place;
  }

  /** Forgets what was read; what is bound stays. */
  forget(): void {
    for (const binding of this.#bindings.values()) binding.entry.fill(0);
  }

  /** Translation is off: the parent table for requests without PASID, nothing for others. */
  fallBack(): void {
    this.#bind(NO_PASID, this.#binding(NO_PASID), this.#place.parent);
    for (const [key, binding] of this.#bindings) {
      if (key !== NO_PASID && this.#bind(key, binding, undefined)) this.#bindings.delete(key);
    }
  }

  /** Compares what `filter` is about with memory. True when an entry was met that can't be bound. */
  sync(root: number, filter: Filter): boolean {
    const context = this.#entries.context(root, this.sourceId);
    const ridPasid = context === NONE ? 0 : this.#entries.ridPasid(context);
    let unsupported = this.#syncKey(NO_PASID, context, ridPasid, filter);
    for (const [key, { pasid }] of this.#bindings) {
      if (key !== NO_PASID) unsupported = this.#syncKey(key, context, pasid, filter) || unsupported;
    }
    if (context === NONE || this.#place.limit === 0) return unsupported;
    this.#eachNew(context, filter, (pasid) => {
      // Requests with the PASID of those without are refused (SCT.9).
      if (pasid === ridPasid || this.#bindings.has(pasid)) return;
      unsupported = this.#syncKey(pasid, context, pasid, filter) || unsupported;
    });
    return unsupported;
  }

  /** Adds the nested tables that `filter` is about. */
  tablesOf({ did, pasid }: Filter, found: Set<number>): void {
    for (const { entry, table, pasid: own } of this.#bindings.values()) {
      if (table?.parent === undefined) continue;
      const isMeant =
        (did === undefined || didOf(entry, 0) === did) && (pasid === undefined || own === pasid);
      if (isMeant) found.add(table.number);
    }
  }

  /** Detaches everything and gives up the parent; what the host will not detach stays. */
  remove(): void {
    let isFree = true;
    for (const [key, binding] of this.#bindings) if (!this.#bind(key, binding, undefined)) isFree = false;
    if (isFree) this.#host.release(this.#place.parent);
  }

  #eachNew(context: number, { pasid }: Filter, found: (pasid: number) => void): void {
    if (pasid === undefined) this.#entries.eachPasid(context, this.#place.limit, found);
    else if (pasid > 0 && pasid < this.#place.limit && this.#entries.takesPasid(context, pasid)) found(pasid);
  }

  #syncKey(key: number, context: number, pasid: number, filter: Filter): boolean {
    const served = context !== NONE && (key === NO_PASID || this.#entries.takesPasid(context, key));
    const isRefused = key !== NO_PASID && context !== NONE && key === this.#entries.ridPasid(context);
    const at = served && !isRefused ? this.#entries.pasid(context, pasid) : NONE;
    const binding = this.#binding(key);
    const { entry } = binding;
    const { halves } = this.#entries;
    if (at === NONE) {
      entry.fill(0);
      binding.pasid = pasid;
      if (this.#bind(key, binding, undefined) && key !== NO_PASID) this.#bindings.delete(key);
      return false;
    }
    const isCached = (entry[0] as number) !== 0;
    const did = isCached ? didOf(entry, 0) : didOf(halves, at);
    const moved = binding.pasid !== pasid;
    const isOther =
      (filter.did !== undefined && did !== filter.did) ||
      (filter.pasid !== undefined && filter.pasid !== (isCached ? binding.pasid : pasid));
    if (isOther && !moved) {
      if (!isCached && binding.table === undefined && key !== NO_PASID) this.#bindings.delete(key);
      return false;
    }
    if (isCached && !moved && !binding.failed && isSame(entry, halves, at)) return false;
    entry.set(halves.subarray(at, at + ENTRY_HALVES));
    binding.pasid = pasid;
    return this.#apply(key, binding);
  }

  /** Binds `binding` as its entry says. True when it can't be. */
  #apply(key: number, binding: Binding): boolean {
    const { entry } = binding;
    const { parent, index } = this.#place;
    switch (((entry[0] as number) >>> 6) & 7) {
      case PASS_THROUGH:
        this.#bind(key, binding, parent);
        return false;
      case FIRST_STAGE: {
        const modes = entry[4] as number;
        const supervisor = (modes & 1) !== 0;
        const table = this.#host.nested(parent, index, didOf(entry, 0), {
          pageTable: BigInt(entry[5] as number) * TWO_32 + BigInt((modes & 0xffff_f000) >>> 0),
          addressWidth: (modes & 0xc) === 0 ? 48 : 57,
          supervisorRequests: supervisor,
          writeProtect: supervisor && (modes & 0x10) !== 0,
          extendedAccessed: (modes & 0x80) !== 0,
        });
        if (table === undefined) {
          binding.failed = true;
          return false;
        }
        // `nested` counted a user that `#bind` counts again where the table is new to this binding.
        this.#bind(key, binding, table);
        this.#host.release(table);
        return false;
      }
      default:
        this.#bind(key, binding, undefined);
        return true;
    }
  }

  /** Gives requests of `key` `table`; the old one goes afterwards. False when the host refuses. */
  #bind(key: number, binding: Binding, table: HostTable | undefined): boolean {
    const old = binding.table;
    binding.failed = false;
    if (old === table) return true;
    const place =
      key === NO_PASID ? { device: this.#place.index } : { device: this.#place.index, pasid: key };
    const done =
      table === undefined
        ? this.#host.call({ call: 'detach', ...place })
        : this.#host.call({ call: 'attach', ...place, table: table.number });
    if (!done) {
      binding.failed = true;
      return false;
    }
    if (table !== undefined) table.users++;
    binding.table = table;
    if (old !== undefined) this.#host.release(old);
    return true;
  }

  #binding(key: number): Binding {
    let binding = this.#bindings.get(key);
    if (binding === undefined) {
      binding = { pasid: key, entry: new Uint32Array(ENTRY_HALVES), table: undefined, failed: false };
      this.#bindings.set(key, binding);
    }
    return binding;
  }
}

/** DID of the PASID table entry at `at`. */
function didOf(halves: Uint32Array, at: number): number {
  return (halves[at + 2] as number) & 0xffff;
}

function isSame(entry: Uint32Array, halves: Uint32Array, at: number): boolean {
  for (let half = 0; half < ENTRY_HALVES; half++) if (entry[half] !== halves[at + half]) return false;
  return true;
}
