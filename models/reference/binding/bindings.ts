/**
 * What each kind of requests of each device must be bound to after an event, and what it may be bound to: the
 * tables of the guest as the unit has them cached. An entry may be read again at any event; it must be read
 * again when an invalidation drops it (6.4.1, 6.4.4), when translation is turned on or off, and when a device
 * comes. What was read is not known for sure until it must have been: a view for each possibility.
 */

import type { BindingCase, BindingStep } from '../../../spec/schema/binding.ts';
import { unitOf } from '../unit.ts';
import { CachedContexts } from './cached-contexts.ts';
import { CachedPasidEntries } from './cached-pasid-entries.ts';
import { type GuestEvent, guestEvent } from './guest-event.ts';
import { GuestTables } from './guest-tables.ts';
import { deviceOfKey, keyOf, pasidOfKey, type Requests } from './host.ts';
import { blocked, parent, type Served } from './served.ts';
import {
  hasTag,
  isAnyOf,
  isLike,
  isSameEntry,
  isSameView,
  isWithoutEntry,
  mayBeWithoutEntry,
  needsContext,
  type View,
} from './view.ts';

/** What an event asks of one kind of requests. */
export interface Requirement {
  /** The rule by which the entry must be read now; undefined when it may be. */
  readonly forcedBy: string | undefined;
  /** What the tables say now, first as they are, then through older entries that may be cached. */
  readonly now: readonly Served[];
  /** True when nothing is said. */
  readonly open: boolean;
  /** The entry is what it was when it was last read: nothing is to be done. */
  readonly unchanged: boolean;
  /** A call failed before and the entry, as it may be read now, is still the same: that it stays as it is, is allowed. */
  readonly mayStayFailed: boolean;
  /** No valid entry was met since translation was turned on: requests may still reach the parent table. */
  readonly mayKeepParent: boolean;
  /** A valid entry that was not met before, whichever way it is read, and that no host table can stand for. */
  readonly unsupported: boolean;
  readonly view: View | undefined;
  /** What older context and PASID table entries make of it that may still be cached. */
  readonly older: readonly View[];
}

/** What may be cached of one kind of requests; undefined stands for nothing. */
interface Cached {
  readonly views: readonly (View | undefined)[];
  readonly failed: boolean;
  /** Perhaps no valid entry was met yet. */
  readonly isUnmet: boolean;
}

const nothingCached: Cached = { views: [undefined], failed: false, isUnmet: true };

export class Bindings {
  readonly tables: GuestTables;
  readonly plugged = new Set<number>();
  enabled = false;
  /** False at a store of the guest that the unit does not see. */
  #mayRead = true;
  #rtaddr: bigint;
  readonly #case: BindingCase;
  readonly #everyEvent: boolean;
  readonly #rootInvalidates: boolean;
  readonly #keepsParent: boolean;
  readonly #pasidWidth: number;
  readonly #domainBits: number;
  readonly #cached = new Map<number, Cached>();
  readonly #contexts = new CachedContexts();
  readonly #entries = new CachedPasidEntries();

  constructor(testCase: BindingCase) {
    const { profile, memory, rtaddr } = testCase;
    this.#case = testCase;
    this.#rtaddr = rtaddr;
    this.tables = new GuestTables(profile, memory);
    const { PASID, PSS, ESRTPS, ND } = unitOf(profile).capabilities;
    this.#pasidWidth = PASID === 1 ? PSS + 1 : 0;
    this.#domainBits = Math.min(4 + 2 * ND, 16);
    this.#rootInvalidates = ESRTPS === 1;
    this.#everyEvent = profile.policies.rebinding === 'every-event';
    this.#keepsParent = profile.policies.unboundDevices === 'parent';
  }

  /** Does what the guest does in `step`, and says what it means to the unit; `sees`: it reads entries at stores. */
  begin(step: BindingStep, sees: boolean): GuestEvent {
    this.#mayRead = sees || step.step !== 'store';
    const event = guestEvent(step, this.#domainBits);
    switch (step.step) {
      case 'store':
        this.tables.store(step);
        break;
      case 'root':
        this.#rtaddr = step.rtaddr;
        if (this.#rootIsEvent()) this.#forgetOlder();
        break;
      case 'enable':
        // Writing what is there already is no event.
        if (this.enabled === step.on) return { is: 'nothing' };
        this.enabled = step.on;
        this.#cached.clear();
        this.#forgetOlder();
        break;
      case 'reset':
        this.enabled = false;
        this.#rtaddr = 0n;
        this.#cached.clear();
        this.#forgetOlder();
        break;
      default:
        this.#entries.drop(event);
        break;
    }
    return event;
  }

  /** PASIDs of `device` that the tables have an entry for, or had when they may have been read. */
  pasidsOf(device: number): Set<number> {
    const { sourceId, pasidBits } = this.#device(device);
    const width = Math.min(pasidBits, this.#pasidWidth);
    if (!this.enabled || width === 0) return new Set();
    const pasids = new Set(this.tables.pasidsInUse(this.#rtaddr, sourceId, 2 ** width));
    for (const key of this.#cached.keys()) {
      const pasid = pasidOfKey(key);
      if (deviceOfKey(key) === device && pasid !== undefined) pasids.add(pasid);
    }
    return pasids;
  }

  #rootIsEvent(): boolean {
    return this.#everyEvent || this.#rootInvalidates;
  }

  #forgetOlder(): void {
    this.#contexts.clear();
    this.#entries.clear();
  }

  forget(device: number): void {
    this.#contexts.forget(device);
    this.#entries.forget(device);
    for (const key of this.#cached.keys()) {
      if (deviceOfKey(key) === device) this.#cached.delete(key);
    }
  }

  /** What `event` asks of `requests`; `fresh`: the device was plugged by this event. */
  requirement(requests: Requests, event: GuestEvent, fresh: boolean): Requirement {
    const cached = this.#cached.get(keyOf(requests)) ?? nothingCached;
    if (!this.enabled) return untranslated(requests, event, fresh, cached);
    const { sourceId } = this.#device(requests.device);
    const view = this.tables.view(this.#rtaddr, sourceId, requests.pasid);
    const older = this.#older(requests, event, view, sourceId);
    const ways = older.length === 0 ? [view] : [view, ...older];
    const forcedBy = fresh ? 'binding.event.plug' : this.#forcedBy(event, cached, view, sourceId);
    return {
      forcedBy,
      now: older.length === 0 ? view.served : ways.flatMap(({ served }) => served),
      open: ways.some(({ context }) => context.open),
      unchanged:
        older.length === 0 && !cached.failed && cached.views.length === 1 && cached.views[0] === view,
      mayStayFailed: cached.failed && isAnyOf(cached.views, ways, isLike),
      mayKeepParent:
        this.#keepsParent && requests.pasid === undefined && cached.isUnmet && mayBeWithoutEntry(view),
      unsupported: ways.every(({ unsupported }) => unsupported) && !isAnyOf(cached.views, ways, isSameEntry),
      view,
      older,
    };
  }

  /** Behind context entries that the unit may still have cached, and by PASID table entries that it may. */
  #older({ device, pasid }: Requests, event: GuestEvent, view: View, sourceId: number): readonly View[] {
    if (isContextDropped(event, sourceId)) {
      this.#contexts.forget(device);
      if (this.#everyEvent) this.#entries.forget(device);
    }
    const contexts = this.#contexts.olderThan(device, view.context);
    if (contexts.length === 0) return this.#entries.otherThan(device, [view], event);
    const behindOlder = contexts.map((one) => this.tables.viewBehind(one, pasid));
    return [...behindOlder, ...this.#entries.otherThan(device, [view, ...behindOlder], event)];
  }

  /** Keeps what may be cached of `requests` now. `moved`: they were bound anew; `failed`: a call for them failed. */
  settle(requests: Requests, wanted: Requirement, moved: boolean, failed: boolean): void {
    const { forcedBy, view, older } = wanted;
    const read = older.length === 0 ? [view] : [view, ...older];
    const key = keyOf(requests);
    const before = this.#cached.get(key) ?? nothingCached;
    const isRead = forcedBy !== undefined || moved;
    const isUnmet = before.isUnmet && (!isRead || read.some(mayBeWithoutEntry));
    if (view !== undefined && (isRead || this.#mayRead)) {
      this.#entries.keep(requests.device, [view, ...older], isRead && !failed);
    }
    if (!failed && isRead) {
      this.#cached.set(key, { views: read, failed: false, isUnmet });
      return;
    }
    if (!this.#mayRead && !failed) return;
    const news = read.filter((one) => !before.views.some((known) => isSameView(known, one)));
    if (news.length === 0 && before.failed === (failed || before.failed)) return;
    const views = news.length === 0 ? before.views : [...before.views, ...news];
    this.#cached.set(key, { views, failed: failed || before.failed, isUnmet });
  }

  /** True when requests of `domain` and `pasid` (left out: any) are answered by the cached entry, for sure. */
  isCachedAs(requests: Requests, domain: number | undefined, pasid: number | undefined): boolean {
    const { views, failed } = this.#cached.get(keyOf(requests)) ?? nothingCached;
    // Where it is left open whether an entry is valid, the call that failed may have been to block its requests.
    return views.every((view) => hasTag(view, domain, pasid) && !(failed && mayBeWithoutEntry(view)));
  }

  /**
   * True when RID_PASID has moved to an entry like the cached one. A unit that read it at the store, as it may, binds
   * the same table: no call tells whether it knows what is cached by the old PASID or by the new one.
   */
  mayHaveMoved(requests: Requests): boolean {
    if (requests.pasid !== undefined) return false;
    const { views } = this.#cached.get(keyOf(requests)) ?? nothingCached;
    const now = this.tables.view(this.#rtaddr, this.#device(requests.device).sourceId, undefined);
    return views.some((view) => view !== undefined && view.pasid !== now.pasid && isSameEntry(view, now));
  }

  /** The cached entry of `requests`; undefined when there is none, or it is not known. */
  cachedEntry(requests: Requests): View | undefined {
    const { views } = this.#cached.get(keyOf(requests)) ?? nothingCached;
    return views.length === 1 ? views[0] : undefined;
  }

  /** The same, perhaps. */
  mayBeCachedAs(requests: Requests, domain: number | undefined, pasid: number | undefined): boolean {
    const { views, failed } = this.#cached.get(keyOf(requests)) ?? nothingCached;
    return failed || views.some((view) => hasTag(view, domain, pasid));
  }

  #forcedBy(event: GuestEvent, { views }: Cached, view: View, sourceId: number): string | undefined {
    switch (event.is) {
      case 'all':
        return event.rule;
      case 'root':
        return this.#rootIsEvent() ? 'binding.event.root' : undefined;
      case 'context-cache': {
        if (!isContextDropped(event, sourceId)) return undefined;
        const forced = this.#everyEvent || views.every((cached) => needsContext(cached, view));
        return forced ? 'binding.event.context-cache' : undefined;
      }
      case 'pasid-cache': {
        const { domain, pasid } = event;
        // One that may not have been valid may be cached as a fault.
        const drops = (cached: View | undefined) =>
          (isWithoutEntry(cached) || hasTag(cached, domain, pasid)) &&
          (!mayBeWithoutEntry(cached) || hasTag(view, domain, pasid));
        if (!views.every(drops)) return undefined;
        if (views.every((cached) => cached?.domain === undefined)) return 'binding.event.new-entry';
        return pasid === undefined ? 'binding.event.pasid-domain' : 'binding.event.pasid-selective';
      }
      default:
        return undefined;
    }
  }

  #device(index: number): BindingCase['devices'][number] {
    const device = this.#case.devices[index];
    if (device === undefined) throw new RangeError(`the case has no device ${index}`);
    return device;
  }
}

/** With translation off, requests without PASID reach the guest's memory as they are; others are blocked (3.2). */
function untranslated(requests: Requests, event: GuestEvent, fresh: boolean, cached: Cached): Requirement {
  const isStart =
    event.is === 'all' && (event.rule === 'binding.event.disable' || event.rule === 'binding.event.reset');
  const forced = isStart ? event.rule : undefined;
  return {
    forcedBy: fresh ? 'binding.event.plug' : forced,
    now: [requests.pasid === undefined ? parent : blocked],
    open: false,
    unchanged: !cached.failed && !fresh && forced === undefined,
    mayStayFailed: cached.failed,
    mayKeepParent: false,
    unsupported: false,
    view: undefined,
    older: [],
  };
}

/** A context-cache invalidation that is about the device with `sourceId`. */
function isContextDropped(event: GuestEvent, sourceId: number): boolean {
  return event.is === 'context-cache' && ((event.sourceId ^ sourceId) & ~event.mask) === 0;
}
