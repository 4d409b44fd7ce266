/**
 * Another permitted way: a domain id for each attachment, which a change from one first stage to another keeps, and
 * as few waits as the order of the queue allows (6.5.5). The id that went back last is given first, clean.
 */
import type {
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
  DriverAction,
} from '../../spec/schema.ts';
import { type Entry, EntryMaker, type Place } from './domain-replace-entry.ts';

type Report = DomainReplaceObservation['requests'][number];

const WHOLE = 0x7fff_ffff_ffff_f000n;
const FENCE = 0x45n;
/** FENCE that is over when page requests of before were seen (PD). */
const DRAIN = 0xc5n;
/** FPD without P. */
const RELEASED = 2n;

/** Answers a case of area domain-replace. */
export function runDomainReplace(testCase: DomainReplaceCase): DomainReplaceObservation {
  const driver = new Driver(testCase);
  return { requests: testCase.requests.map((request, index) => driver.serve(request, index)) };
}

class Driver {
  readonly #case: DomainReplaceCase;
  readonly #mustFlush: boolean;
  readonly #isCaching: boolean;
  readonly #maker: EntryMaker;
  readonly #last: number;
  readonly #entries = new Map<number, Entry>();
  readonly #released = new Set<number>();
  readonly #ats: boolean[];
  /** Ids that went back, and the first that was never given; 0 is nobody's. */
  readonly #free: number[] = [];
  #next = 1;
  #actions: DriverAction[] = [];
  #place: Place = { device: 0 };
  #pasid = 0n;

  constructor(testCase: DomainReplaceCase) {
    const { cap, ecap } = testCase.profile;
    this.#case = testCase;
    this.#mustFlush = (ecap & 1n) === 0n;
    this.#isCaching = (cap & 0x80n) !== 0n;
    this.#maker = new EntryMaker(testCase);
    this.#ats = testCase.devices.map(({ ats }) => ats);
    this.#last = 2 ** (4 + 2 * Number(cap & 7n)) - 1;
  }

  serve(request: DomainRequest, index: number): Report {
    const actions: DriverAction[] = [];
    this.#actions = actions;
    switch (request.request) {
      case 'attach': {
        const isFailing = this.#case.failing.includes(index);
        const isServed = this.#attach(this.#aim(request), request.domain, isFailing);
        return isServed ? { actions } : { actions, failed: true };
      }
      case 'detach':
        this.#detach(this.#aim(request));
        break;
      case 'release':
        this.#release(request.domain);
        break;
      case 'track-dirty':
        this.#track(request.domain, request.on);
        break;
      case 'ats':
        this.#ats[request.device] = request.on;
        actions.push({ do: 'ats', device: request.device, on: request.on });
    }
    return { actions };
  }

  /** What follows is about this place; its key. */
  #aim({ device, pasid }: { readonly device: number; readonly pasid?: number | undefined }): number {
    this.#place = pasid === undefined ? { device } : { device, pasid };
    this.#pasid = BigInt(pasid ?? 0);
    return device * 0x10_0000 + (pasid ?? 0);
  }

  /** False when there is no domain id. */
  #attach(key: number, domain: number, isFailing: boolean): boolean {
    const old = this.#entries.get(key);
    if (old?.domain === domain) return true;
    const { kind } = this.#case.domains[domain] ?? { kind: 'pass-through' };
    const isKept = old?.kind === 'first-stage' && kind === 'first-stage';
    const did = isKept ? old.did : isFailing ? undefined : this.#take();
    if (did === undefined) return false;
    const entry = this.#maker.entry(key, this.#place, domain, did);
    this.#entries.set(key, entry);
    this.#released.delete(key);
    if (old === undefined) {
      this.#fill(entry);
    } else {
      this.#replace(old, entry);
      if (!isKept) this.#free.push(old.did);
    }
    return true;
  }

  #detach(key: number): void {
    const old = this.#entries.get(key);
    const drains = this.#case.devices[this.#place.device]?.pageRequests === true;
    if (old !== undefined) {
      this.#clear(old, 0n, drains);
      this.#forget(old);
    } else if (this.#released.delete(key)) {
      this.#store(0, 0n, 0n);
      this.#flush();
      if (drains) this.#dropDevice(false, true);
      this.#wait();
    }
  }

  #release(domain: number): void {
    for (const old of this.#entries.values()) {
      if (old.domain !== domain) continue;
      this.#aim(old.place);
      this.#clear(old, RELEASED, false);
      this.#released.add(old.key);
      this.#forget(old);
    }
  }

  #forget({ key, did }: Entry): void {
    this.#entries.delete(key);
    this.#free.push(did);
  }

  #track(parent: number, on: boolean): void {
    this.#maker.track(parent, on);
    for (const old of this.#entries.values()) {
      const { key, domain, did, place } = old;
      const entry = this.#maker.entry(key, place, domain, did);
      if (entry.low === old.low) continue;
      this.#aim(place);
      this.#entries.set(key, entry);
      this.#store(0, entry.low, entry.high);
      this.#flush();
      if (on) this.#drop(old, false);
      else this.#dropCopies(did);
      if (!on) this.#wait();
    }
  }

  /** A domain id that nothing has. */
  #take(): number | undefined {
    const freed = this.#free.pop();
    if (freed !== undefined) return freed;
    return this.#next > this.#last ? undefined : this.#next++;
  }

  /** Whatever is stored before P is seen with it. */
  #fill(entry: Entry): void {
    if (entry.first !== 0n) this.#store(1, entry.first, 0n);
    this.#store(0, entry.low, entry.high);
    this.#flush();
    if (!this.#isCaching) return;
    this.#dropCopies(entry.did);
    this.#wait();
  }

  #replace(old: Entry, entry: Entry): void {
    if (old.did === entry.did) {
      this.#store(1, entry.first, 0n);
      this.#flush();
      this.#drop(old, false);
      return;
    }
    if (old.first !== 0n && entry.first !== 0n) {
      this.#clear(old, 0n, false);
      this.#fill(entry);
      return;
    }
    if (entry.first !== 0n) {
      this.#store(1, entry.first, 0n);
      this.#flush();
      this.#dropCopies(old.did);
      this.#wait();
    }
    this.#store(0, entry.low, entry.high);
    this.#flush();
    this.#drop(old, false);
    if (old.first === 0n) return;
    this.#store(1, 0n, 0n);
    this.#flush();
  }

  /** `low`: what stays of quantum 0. */
  #clear(old: Entry, low: bigint, drains: boolean): void {
    this.#store(0, low, 0n);
    this.#flush();
    this.#drop(old, drains);
    if (old.first === 0n) return;
    this.#store(1, 0n, 0n);
    this.#flush();
  }

  /** PASID-cache, IOTLB, Device-TLB: the queue keeps this order, but for Device-TLBs without PASID. */
  #drop({ did, kind }: Entry, drains: boolean): void {
    this.#dropCopies(did);
    const domain = BigInt(did) << 16n;
    const isFirst = kind === 'first-stage' || kind === 'pass-through';
    this.#invalidate(isFirst ? 0x26n | domain | (this.#pasid << 32n) : 0xe2n | domain, 0n);
    this.#dropDevice(isFirst, drains);
    this.#wait();
  }

  #dropDevice(isBehindPasid: boolean, drains: boolean): void {
    const { device } = this.#place;
    if (this.#ats[device] !== true) return;
    const { sourceId } = this.#case.devices[device] ?? { sourceId: 0 };
    if (this.#pasid === 0n) {
      if (isBehindPasid) this.#invalidate(FENCE, 0n);
      this.#invalidate(3n | (BigInt(sourceId) << 32n), WHOLE | 1n);
    } else {
      this.#invalidate(8n | (BigInt(sourceId) << 16n) | (this.#pasid << 32n), WHOLE | 0x800n);
    }
    if (drains) this.#invalidate(DRAIN, 0n);
  }

  #dropCopies(did: number): void {
    this.#invalidate(0x17n | (BigInt(did) << 16n) | (this.#pasid << 32n), 0n);
  }

  #store(quantum: number, low: bigint, high: bigint): void {
    this.#actions.push({ do: 'store', ...this.#place, quantum, value: [low, high] });
  }

  #flush(): void {
    if (this.#mustFlush) this.#actions.push({ do: 'flush-line', ...this.#place });
  }

  #invalidate(low: bigint, high: bigint): void {
    this.#actions.push({ do: 'invalidate', descriptor: [low, high] });
  }

  #wait(): void {
    this.#actions.push({ do: 'wait' });
  }
}
