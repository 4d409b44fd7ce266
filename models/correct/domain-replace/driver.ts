/** A driver that clears an entry before it writes another, unless its habits say otherwise. */

import type {
  Domain,
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
} from '../../../spec/schema.ts';
import { entryFor, secondIndexOf, usesFirst } from '../../reference/domain-replace/entry.ts';
import { PAGE_REQUEST_DRAIN } from '../../reference/domain-replace/queue.ts';
import { unitOf } from '../../reference/unit.ts';
import { type Giver, giverOf, type Holder } from './domain-ids.ts';
import type { Habits } from './habits.ts';
import { Sequence } from './sequence.ts';

type Report = DomainReplaceObservation['requests'][number];
type NamedPlace = Pick<Extract<DomainRequest, { request: 'detach' }>, 'device' | 'pasid'>;

interface Attachment extends Holder {
  readonly place: NamedPlace;
  readonly entry: readonly bigint[];
}

const FPD = 2n;

/** Answers a case of area domain-replace. */
export function runWithHabits(testCase: DomainReplaceCase, habits: Habits): DomainReplaceObservation {
  const driver = new Driver(testCase, habits);
  return { requests: testCase.requests.map((request, index) => driver.serve(request, index)) };
}

class Driver {
  readonly #case: DomainReplaceCase;
  readonly #habits: Habits;
  readonly #give: Giver;
  readonly #attached = new Map<number, Attachment>();
  readonly #released = new Set<number>();
  readonly #tracked = new Set<number>();
  readonly #ats: boolean[];
  /** Ids that went back and were not cleaned. */
  readonly #dirty = new Set<number>();
  readonly #hasDirtyFlags: boolean;
  #sequence: Sequence;

  constructor(testCase: DomainReplaceCase, habits: Habits) {
    const { ND, SSADS } = unitOf(testCase.profile).capabilities;
    this.#case = testCase;
    this.#habits = habits;
    this.#give = giverOf(habits.ids, 2 ** (4 + 2 * ND), testCase.domains);
    this.#ats = testCase.devices.map(({ ats }) => ats);
    this.#hasDirtyFlags = SSADS === 1;
    this.#sequence = new Sequence(testCase, habits, this.#ats);
  }

  serve(request: DomainRequest, index: number): Report {
    this.#sequence = new Sequence(this.#case, this.#habits, this.#ats);
    const isServed = this.#do(request, this.#case.failing.includes(index));
    return { actions: [...this.#sequence.actions], ...(isServed ? {} : { failed: true }) };
  }

  #do(request: DomainRequest, isFailing: boolean): boolean {
    switch (request.request) {
      case 'attach':
        return this.#attach(request, request.domain, isFailing);
      case 'detach':
        this.#detach(request);
        return true;
      case 'release':
        this.#release(request.domain);
        return true;
      case 'track-dirty':
        this.#track(request.domain, request.on);
        return true;
      case 'ats':
        this.#switchAts(request.device, request.on);
        return true;
    }
  }

  #attach(place: NamedPlace, domain: number, isFailing: boolean): boolean {
    const key = keyOf(place);
    const old = this.#attached.get(key);
    if (old?.domain === domain) return true;
    const pasid = place.pasid ?? 0;
    const did = isFailing ? undefined : this.#give(key, pasid, domain, [...this.#attached.values()]);
    if (did === undefined) {
      if (old !== undefined && this.#habits.blocksOnFailure) this.#tearDown(old, 0n);
      return false;
    }
    const entry = this.#entry(domain, did);
    const next: Attachment = { key, pasid, domain, did, place, entry };
    if (this.#dirty.delete(did)) this.#sequence.cleanId(did, pasid);
    if (old !== undefined && this.#canSwap(old, next)) this.#swap(old, next);
    else {
      if (old !== undefined) this.#tearDown(old, 0n);
      this.#sequence.setUp(place, entry, did);
    }
    this.#attached.set(key, next);
    this.#released.delete(key);
    return true;
  }

  #detach(place: NamedPlace): void {
    const key = keyOf(place);
    const old = this.#attached.get(key);
    const isDrained = this.#case.devices[place.device]?.pageRequests === true;
    if (old !== undefined) this.#tearDown(old, 0n);
    if (this.#released.delete(key)) {
      this.#sequence.write(place, 0, 0n, 0n);
      if (isDrained) this.#sequence.dropDevice(place);
    } else if (old === undefined) return;
    if (isDrained) this.#sequence.submit(PAGE_REQUEST_DRAIN);
    this.#sequence.settle();
  }

  #release(domain: number): void {
    for (const old of this.#over((index) => index === domain)) {
      this.#tearDown(old, this.#habits.quietens ? FPD : 0n);
      this.#released.add(old.key);
    }
  }

  #track(parent: number, on: boolean): void {
    if (on) this.#tracked.add(parent);
    else this.#tracked.delete(parent);
    for (const old of this.#over((index) => secondIndexOf(index, this.#case.domains) === parent)) {
      const entry = this.#entry(old.domain, old.did);
      if (entry[0] === old.entry[0]) continue;
      this.#attached.set(old.key, { ...old, entry });
      this.#sequence.write(old.place, 0, entry[0] ?? 0n, entry[1] ?? 0n);
      this.#sequence.dropOld(old.place, old.did, this.#kind(old.domain));
      this.#sequence.settle();
    }
  }

  #switchAts(device: number, on: boolean): void {
    const isAround = this.#habits.dropsAroundAts;
    if (isAround && on) this.#sequence.dropWholeDevice(device);
    this.#ats[device] = on;
    this.#sequence.actions.push({ do: 'ats', device, on });
    if (isAround && !on) this.#sequence.dropWholeDevice(device);
  }

  /** `low`: what stays of quantum 0. */
  #tearDown({ key, place, did, domain, entry }: Attachment, low: bigint): void {
    const sequence = this.#sequence;
    sequence.write(place, 0, ((entry[0] ?? 0n) & ~1n) | low, entry[1] ?? 0n);
    sequence.dropOld(place, did, this.#kind(domain));
    const { pageRequests = false } = this.#case.devices[place.device] ?? {};
    if (pageRequests && this.#habits.alwaysDrains) sequence.submit(PAGE_REQUEST_DRAIN);
    sequence.settle();
    for (const quantum of [1, 2, 3]) sequence.write(place, quantum, 0n, 0n);
    sequence.write(place, 0, low, 0n);
    this.#attached.delete(key);
    if (this.#habits.cleans === 'given') this.#dirty.add(did);
  }

  /** One store, between stores of what one of both entries ignores. Both ids differ, so that no tag is shared. */
  #swap(old: Attachment, next: Attachment): void {
    const sequence = this.#sequence;
    const [low = 0n, high = 0n, first = 0n] = next.entry;
    const tell = () => {
      sequence.dropCopies(next.place, old.did);
      sequence.dropCopies(next.place, next.did);
      sequence.settle();
    };
    if (first !== 0n) {
      sequence.write(next.place, 1, first, 0n);
      tell();
    }
    sequence.write(next.place, 0, low, high);
    tell();
    if (first === 0n && old.entry[2] !== 0n) {
      sequence.write(next.place, 1, 0n, 0n);
      tell();
    }
    sequence.dropOld(old.place, old.did, this.#kind(old.domain));
    sequence.settle();
    if (this.#habits.cleans === 'given') this.#dirty.add(old.did);
  }

  #canSwap(old: Attachment, next: Attachment): boolean {
    const bothFirst = usesFirst(this.#kind(old.domain)) && usesFirst(this.#kind(next.domain));
    return this.#habits.swaps && !bothFirst && old.did !== next.did;
  }

  #entry(domain: number, did: number): readonly bigint[] {
    const { domains, profile } = this.#case;
    const second = secondIndexOf(domain, domains);
    const isAsked = second !== undefined && this.#tracked.has(second);
    const isTracked = isAsked || (this.#habits.alwaysTracks && this.#hasDirtyFlags);
    return entryFor(domains[domain] ?? { kind: 'pass-through' }, domains, did, profile, isTracked);
  }

  #kind(domain: number): Domain['kind'] {
    return this.#case.domains[domain]?.kind ?? 'pass-through';
  }

  #over(is: (domain: number) => boolean): readonly Attachment[] {
    return [...this.#attached.values()].filter(({ domain }) => is(domain));
  }
}

function keyOf({ device, pasid = 0 }: NamedPlace): number {
  return device * 2 ** 20 + pasid;
}
