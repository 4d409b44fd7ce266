/**
 * The reviewed design. Entries are written without a moment in which they are torn, and where possible not one in
 * which they are not present; each sync flushes the line and invalidates the PASID-cache, nothing more. Then the
 * old tables are dropped: IOTLB first, Device-TLB once. Each domain has one domain id while something is attached
 * to it; an id is clean when it goes back, so that whoever gets it next need not ask.
 */
import type {
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
  DriverAction,
} from '../../../spec/schema.ts';
import { steps } from '../entry-sync.ts';
import { unitOf } from '../unit.ts';
import { writableFormat } from '../writer-format.ts';
import { type EntryWords, entryFor, NO_ENTRY, RELEASED_ENTRY, secondIndexOf, usesSecond } from './entry.ts';
import { deviceTlb, domainIotlb, PAGE_REQUEST_DRAIN, pasidCache, pasidIotlb } from './queue.ts';

type Report = DomainReplaceObservation['requests'][number];
type Place = Pick<Extract<DomainRequest, { request: 'detach' }>, 'device' | 'pasid'>;

/** Answers a case of area domain-replace. */
export function runDomainReplace(testCase: DomainReplaceCase): DomainReplaceObservation {
  const driver = new Driver(testCase);
  return { requests: testCase.requests.map((request, index) => driver.serve(request, index)) };
}

/** A present entry. */
interface Attachment {
  readonly place: Place;
  readonly domain: number;
  readonly did: number;
  readonly entry: EntryWords;
}

class Driver {
  readonly #case: DomainReplaceCase;
  readonly #isCoherent: boolean;
  readonly #domainIds: number;
  readonly #attached = new Map<string, Attachment>();
  /** Entries whose tables were released. */
  readonly #released = new Set<string>();
  readonly #tracked = new Set<number>();
  readonly #ats: boolean[];
  #actions: DriverAction[] = [];

  constructor(testCase: DomainReplaceCase) {
    const { C, ND } = unitOf(testCase.profile).capabilities;
    this.#case = testCase;
    this.#isCoherent = C === 1;
    this.#domainIds = 2 ** (4 + 2 * ND);
    this.#ats = testCase.devices.map(({ ats }) => ats);
  }

  serve(request: DomainRequest, index: number): Report {
    this.#actions = [];
    const isServed = this.#do(request, this.#case.failing.includes(index));
    return { actions: this.#actions, ...(isServed ? {} : { failed: true }) };
  }

  #do(request: DomainRequest, isFailing: boolean): boolean {
    switch (request.request) {
      case 'attach':
        return this.#attach(request, request.domain, isFailing);
      case 'detach':
        return this.#detach(request);
      case 'release':
        return this.#release(request.domain);
      case 'track-dirty':
        return this.#track(request.domain, request.on);
      case 'ats':
        return this.#switchAts(request.device, request.on);
    }
  }

  /** False when there is no domain id. */
  #attach(place: Place, index: number, isFailing: boolean): boolean {
    const old = this.#attached.get(keyOf(place));
    if (old?.domain === index) return true;
    const did = this.#domainIdOf(index, isFailing);
    if (did === undefined) return false;
    this.#change(place, old, this.#attachment(place, index, did));
    this.#dropOld(old);
    return true;
  }

  #detach(place: Place): boolean {
    const old = this.#attached.get(keyOf(place));
    const wasReleased = this.#released.has(keyOf(place));
    this.#change(place, old, undefined);
    this.#dropOld(old);
    const { pageRequests = false } = this.#case.devices[place.device] ?? {};
    if (!pageRequests || (old === undefined && !wasReleased)) return true;
    // A drain sees what came before the last invalidation of the Device-TLB.
    if (wasReleased) this.#dropDevice(place);
    this.#invalidate(PAGE_REQUEST_DRAIN);
    this.#wait();
    return true;
  }

  #release(domain: number): boolean {
    for (const old of this.#attachments((index) => index === domain)) {
      this.#change(old.place, old, undefined, RELEASED_ENTRY);
      this.#dropOld(old);
    }
    return true;
  }

  #track(parent: number, on: boolean): boolean {
    const isTracked = this.#tracked.has(parent);
    if (isTracked === on) return true;
    if (on) this.#tracked.add(parent);
    else this.#tracked.delete(parent);
    const isOver = (index: number) => secondIndexOf(index, this.#case.domains) === parent;
    for (const old of this.#attachments(isOver)) {
      this.#change(old.place, old, this.#attachment(old.place, old.domain, old.did));
      // What is tracked and need not be does no harm.
      if (on) this.#dropOld(old);
    }
    return true;
  }

  #switchAts(device: number, on: boolean): boolean {
    if (this.#ats[device] === on) return true;
    this.#ats[device] = on;
    this.#actions.push({ do: 'ats', device, on });
    return true;
  }

  #attachments(is: (domain: number) => boolean): readonly Attachment[] {
    return [...this.#attached.values()].filter(({ domain }) => is(domain));
  }

  #attachment(place: Place, index: number, did: number): Attachment {
    const { domains, profile } = this.#case;
    const tracked = this.#tracked.has(secondIndexOf(index, domains) ?? -1);
    const domain = domains[index];
    if (domain === undefined) throw new RangeError(`no domain ${index}`);
    return { place, domain: index, did, entry: entryFor(domain, domains, did, profile, tracked) };
  }

  /** The domain's own while anything is attached to it, else the lowest that is free; 0 tags cached faults. */
  #domainIdOf(domain: number, isFailing: boolean): number | undefined {
    const attachments = [...this.#attached.values()];
    const shared = attachments.find((one) => one.domain === domain);
    if (shared !== undefined || isFailing) return shared?.did;
    const taken = new Set(attachments.map(({ did }) => did));
    for (let did = 1; did < this.#domainIds; did++) if (!taken.has(did)) return did;
    return undefined;
  }

  /** Writes the entry of `target`, or `absent`, which is not present. */
  #change(
    place: Place,
    old: Attachment | undefined,
    target: Attachment | undefined,
    absent = NO_ENTRY,
  ): void {
    const key = keyOf(place);
    const from = old?.entry ?? (this.#released.has(key) ? RELEASED_ENTRY : NO_ENTRY);
    // Copies of both entries may be cached from the first sync on, each under its own domain id.
    const dids = [old?.did, target?.did].filter((did) => did !== undefined);
    this.#write(place, from, target?.entry ?? absent, new Set(dids));
    if (target === undefined) this.#attached.delete(key);
    else this.#attached.set(key, target);
    if (target === undefined && absent === RELEASED_ENTRY) this.#released.add(key);
    else this.#released.delete(key);
  }

  #write({ device, pasid }: Place, from: EntryWords, to: EntryWords, dids: ReadonlySet<number>): void {
    const place = pasid === undefined ? { device } : { device, pasid };
    for (const { stores } of steps(writableFormat('vtd-pasid', undefined), from, to)) {
      for (const { quantum, value } of stores) {
        this.#actions.push({ do: 'store', ...place, quantum, value: [...value] });
      }
      if (!this.#isCoherent) this.#actions.push({ do: 'flush-line', ...place });
      for (const did of dids) this.#invalidate(pasidCache(did, pasid ?? 0));
      this.#wait();
    }
  }

  /** What may be left of the old tables, so that their domain id is clean. */
  #dropOld(old: Attachment | undefined): void {
    if (old === undefined) return;
    const { kind } = this.#case.domains[old.domain] ?? { kind: 'nested' };
    const { place, did } = old;
    this.#invalidate(usesSecond(kind) ? domainIotlb(did) : pasidIotlb(did, place.pasid ?? 0));
    this.#wait();
    this.#dropDevice(place);
  }

  #dropDevice({ device, pasid = 0 }: Place): void {
    const { sourceId } = this.#case.devices[device] ?? { sourceId: 0 };
    if (this.#ats[device] !== true) return;
    this.#invalidate(deviceTlb(sourceId, pasid));
    this.#wait();
  }

  #invalidate(descriptor: readonly bigint[]): void {
    this.#actions.push({ do: 'invalidate', descriptor: [...descriptor] });
  }

  #wait(): void {
    this.#actions.push({ do: 'wait' });
  }
}

function keyOf({ device, pasid = 0 }: Place): string {
  return `${device}/${pasid}`;
}
