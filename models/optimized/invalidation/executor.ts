/**
 * Executes accepted invalidations on the caches, at the granularity that the unit has: coarser than asked for
 * is always permitted (6.5.2).
 */
import type { CachingConfiguration } from './configuration.ts';
import {
  CONTEXT,
  granularityOf,
  HOST_PERMISSION,
  IOTLB,
  PASID_CACHE,
  PASID_IOTLB,
  typeOf,
} from './descriptor-check.ts';
import {
  type AddressRange,
  type Caches,
  dropContextDevice,
  dropContextDomain,
  dropDomain,
  dropEverything,
  dropMappings,
  dropPages,
  dropPasid,
  dropPasidPages,
  dropPermissions,
  dropPermissionsOf,
} from './drop.ts';
import { dropPasidEntries, synchronizePasidEntries } from './pasid-synchronization.ts';
import { type RemappingState, tableMode } from './remapping-state.ts';
import { FIRST_STAGE, NESTED, tags } from './tags.ts';

export const GLOBAL = 1;
export const DOMAIN = 2;
/** Device of a context-cache invalidation, page of the others. */
export const FINEST = 3;

const DESCRIPTOR_HALVES = 4;
/** Accepted invalidations that may wait for their execution. */
const MOST_PENDING = 64;
/** Bits of the function number that each FM leaves out (Table 21). */
const functionMasks = [0, 0b100, 0b110, 0b111] as const;

export class Executor {
  readonly #caches: Caches;
  readonly #state: RemappingState;
  readonly #synchronizes: boolean;
  readonly #execution: CachingConfiguration['execution'];
  readonly #finest: number;
  readonly #pending = new Uint32Array(MOST_PENDING * DESCRIPTOR_HALVES);
  #pendingCount = 0;
  readonly #range: AddressRange = { high: 0, low: 0, bits: 0 };

  constructor(caches: Caches, state: RemappingState, configuration: CachingConfiguration) {
    const { pasidInvalidation, execution, granularity } = configuration;
    this.#caches = caches;
    this.#state = state;
    this.#synchronizes = pasidInvalidation === 'synchronize';
    this.#execution = execution;
    this.#finest = granularity === 'page' ? FINEST : granularity === 'domain' ? DOMAIN : GLOBAL;
  }

  reset(): void {
    this.#pendingCount = 0;
  }

  /** Executes the valid descriptor at `at`, now or before the next wait completes. */
  accept(halves: Uint32Array, at: number): void {
    if (this.#execution === 'at-once') {
      this.#execute(halves, at);
      return;
    }
    if (this.#pendingCount === MOST_PENDING) this.finish();
    const to = DESCRIPTOR_HALVES * this.#pendingCount++;
    for (let half = 0; half < DESCRIPTOR_HALVES; half++)
      this.#pending[to + half] = halves[at + half] as number;
  }

  /** Executes all that is accepted. */
  finish(): void {
    if (this.#execution === 'one-by-one') {
      while (this.#pendingCount > 0) this.#executeLast();
      return;
    }
    const count = this.#pendingCount;
    for (let index = 0; index < count; index++) this.#execute(this.#pending, index * DESCRIPTOR_HALVES);
    this.#pendingCount = 0;
  }

  /** Executes one of those that are accepted, if they are done one by one. */
  executeOne(): void {
    if (this.#execution === 'one-by-one' && this.#pendingCount > 0) this.#executeLast();
  }

  /** The last of those that need not be behind another one. */
  #executeLast(): void {
    let last = this.#pendingCount - 1;
    while (this.#isBehind(last)) last--;
    const at = last * DESCRIPTOR_HALVES;
    this.#execute(this.#pending, at);
    this.#pending.copyWithin(at, at + DESCRIPTOR_HALVES, this.#pendingCount-- * DESCRIPTOR_HALVES);
  }

  /** Pending invalidation `index` has to be executed after one in front of it (6.5.2.12). */
  #isBehind(index: number): boolean {
    const type = this.#typeAt(index);
    if (type === CONTEXT) return false;
    for (let other = 0; other < index; other++) {
      const ahead = this.#typeAt(other);
      if (ahead === CONTEXT || (ahead === PASID_CACHE && type !== PASID_CACHE)) return true;
    }
    return false;
  }

  #typeAt(index: number): number {
    return typeOf(this.#pending[index * DESCRIPTOR_HALVES] as number);
  }

  /** SRTP with ESRTPS, and TE being cleared (6.6, 11.4.4). */
  dropEverything(): void {
    this.finish();
    dropEverything(this.#caches);
  }

  /** Returns the granularity that was used. */
  context(granularity: number, did: number, sourceId: number, functionMask: number): number {
    const scalable = tableMode(this.#state) === 1;
    const used = Math.min(granularity, this.#finest);
    if (used === GLOBAL || (scalable && used === DOMAIN)) {
      this.#caches.entries.context.clear();
      return GLOBAL;
    }
    if (used === DOMAIN) dropContextDomain(this.#caches, did);
    else
      dropContextDevice(this.#caches, scalable ? undefined : did, sourceId, functionMasks[functionMask] ?? 7);
    return used;
  }

  /** Returns the granularity that was used. The address mask is beyond no limit here. */
  iotlb(granularity: number, did: number, high: number, low: number, mask: number, hint: boolean): number {
    const used = Math.min(granularity, this.#finest);
    if (used === GLOBAL) dropMappings(this.#caches);
    else if (used === DOMAIN) dropDomain(this.#caches, did);
    else
      dropPages(this.#caches, did, this.#rangeOf(high & this.#state.capabilities.guestHigh, low, mask), hint);
    return used;
  }

  /** What an accepted page request does before it is queued, by the type of its PASID entry (Table 27). */
  pageRequest(high: number, low: number): void {
    const { did, pasid, type } = tags;
    const range = this.#rangeOf(high, low, 0);
    if (type === NESTED) dropDomain(this.#caches, did);
    else if (type === FIRST_STAGE) dropPasidPages(this.#caches, did, pasid, range, false);
    else dropPages(this.#caches, did, range, false);
  }

  #execute(halves: Uint32Array, at: number): void {
    const low = halves[at] as number;
    const second = halves[at + 1] as number;
    const granularity = granularityOf(low);
    const did = (low >>> 16) & this.#state.capabilities.domainMask;
    const addressLow = halves[at + 2] as number;
    const addressHigh = halves[at + 3] as number;
    switch (typeOf(low)) {
      case CONTEXT:
        this.context(granularity, did, second & 0xffff, (second >>> 16) & 3);
        break;
      case IOTLB: {
        const mask = addressLow & 0x3f;
        // A mask that the unit does not know makes it a coarser one (6.5.2.3).
        const known =
          mask <= this.#state.capabilities.largestMask ? granularity : Math.min(granularity, DOMAIN);
        this.iotlb(known, did, addressHigh, addressLow, mask, (addressLow & 0x40) !== 0);
        break;
      }
      case PASID_CACHE:
        this.#pasidCache(granularity, did, second & 0xf_ffff);
        break;
      case PASID_IOTLB:
        this.#pasidIotlb(granularity, did, second & 0xf_ffff, addressHigh, addressLow);
        break;
      case HOST_PERMISSION:
        this.#hostPermission(granularity, did, addressHigh, addressLow);
        break;
      default:
        // Device-TLBs, interrupts and page groups: nothing that a request is answered by.
        break;
    }
  }

  #pasidCache(granularity: number, did: number, pasid: number): void {
    const { entries } = this.#caches;
    const { unit, rootHigh, rootLow, capabilities } = this.#state;
    const isGlobal = granularity === 3 || this.#finest === GLOBAL;
    const domain = isGlobal ? undefined : did;
    const selected = granularity === 1 && this.#finest === FINEST ? pasid : undefined;
    if (!this.#synchronizes || !capabilities.fillsOnItsOwn || tableMode(this.#state) !== 1)
      dropPasidEntries(entries, domain, selected);
    else {
      const root = (rootLow & 0xffff_f000) >>> 0;
      synchronizePasidEntries(entries, entries.known, unit, rootHigh, root, domain, selected);
    }
  }

  #pasidIotlb(granularity: number, did: number, pasid: number, high: number, low: number): void {
    if (this.#finest === GLOBAL) dropMappings(this.#caches);
    else if (this.#finest === DOMAIN) dropDomain(this.#caches, did);
    else if (granularity === 2) dropPasid(this.#caches, did, pasid);
    else dropPasidPages(this.#caches, did, pasid, this.#rangeOf(high, low, low & 0x3f), (low & 0x40) !== 0);
  }

  #hostPermission(granularity: number, did: number, high: number, low: number): void {
    const used = Math.min(granularity, this.#finest);
    const levels = ((low >>> 6) & 3) + 1;
    if (used === GLOBAL) dropPermissions(this.#caches);
    else if (used === DOMAIN) dropPermissionsOf(this.#caches, did, levels);
    else {
      const range = this.#rangeOf(high & this.#state.capabilities.hostHigh, low, low & 0x3f);
      dropPermissionsOf(this.#caches, did, levels, range);
    }
  }

  #rangeOf(high: number, low: number, mask: number): AddressRange {
    this.#range.high = high;
    this.#range.low = low;
    this.#range.bits = 12 + mask;
    return this.#range;
  }
}
