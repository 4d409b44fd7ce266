/** Cases made by hand, and drivers as they are known, for the tests of the judge. */
import { entryFor } from '../../models/reference/domain-replace/entry.ts';
import {
  deviceTlb,
  domainIotlb,
  pasidCache,
  pasidIotlb,
} from '../../models/reference/domain-replace/queue.ts';
import { type CapabilityName, decodeCapabilities, encodeCapabilities } from '../../spec/capabilities.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type {
  Domain,
  DomainReplaceCase,
  DomainReplaceObservation,
  DomainRequest,
  DriverAction,
  Profile,
} from '../../spec/schema.ts';
import { judgeDomainReplace } from './judge.ts';

/** A coherent unit that has everything, with fields changed. */
export function unit(fields: Partial<Record<CapabilityName, number>> = {}): Profile {
  const profile = namedProfile('everything');
  if (profile === undefined) throw new RangeError('everything');
  return { ...profile, ...encodeCapabilities({ ...decodeCapabilities(profile), C: 1, CM: 0, ...fields }) };
}

export const FIRST: Domain = { kind: 'first-stage', table: 0x1000n, levels: 4 };
export const OTHER_FIRST: Domain = { kind: 'first-stage', table: 0x2000n, levels: 4 };
export const SECOND: Domain = { kind: 'second-stage', table: 0x3000n, levels: 4 };
export const OTHER_SECOND: Domain = { kind: 'second-stage', table: 0x4000n, levels: 4 };
export const NESTED: Domain = { kind: 'nested', table: 0x5000n, levels: 4, parent: 2 };
export const OTHER_NESTED: Domain = { kind: 'nested', table: 0x6000n, levels: 4, parent: 3 };
export const PASS: Domain = { kind: 'pass-through' };
export const domains: readonly Domain[] = [
  FIRST,
  OTHER_FIRST,
  SECOND,
  OTHER_SECOND,
  NESTED,
  OTHER_NESTED,
  PASS,
];

export const attach = (domain: Domain, device = 0, pasid?: number): DomainRequest => ({
  request: 'attach',
  device,
  ...(pasid === undefined ? {} : { pasid }),
  domain: domains.indexOf(domain),
});
export const detach = (device = 0, pasid?: number): DomainRequest => ({
  request: 'detach',
  device,
  ...(pasid === undefined ? {} : { pasid }),
});

export const release = (domain: Domain): DomainRequest => ({
  request: 'release',
  domain: domains.indexOf(domain),
});
export const track = (domain: Domain, on = true): DomainRequest => ({
  request: 'track-dirty',
  domain: domains.indexOf(domain),
  on,
});
export const switchAts = (device: number, on: boolean): DomainRequest => ({ request: 'ats', device, on });

/** Device 0 has ATS, device 1 has none, device 2 has. */
export function replaceCase(
  requests: readonly DomainRequest[],
  profile = unit(),
  failing: readonly number[] = [],
  pageRequests = false,
): DomainReplaceCase {
  return {
    area: 'domain-replace',
    profile,
    devices: [
      { sourceId: 0x10, ats: true, ...(pageRequests ? { pageRequests } : {}) },
      { sourceId: 0x11, ats: false },
      { sourceId: 0x20, ats: true },
    ],
    domains: [...domains],
    requests: [...requests],
    failing: [...failing],
  };
}

/** The rule and aspect that is blamed, and the remarks that are made, without the area. */
export function blamed(testCase: DomainReplaceCase, observation: DomainReplaceObservation): string {
  const { mismatches } = judgeDomainReplace(testCase, observation);
  const breach = mismatches.find(({ rule }) => ruleOf(rule)?.level !== 'may');
  return breach === undefined ? 'nothing' : `${breach.rule}/${breach.aspect}`.replace('domain-replace.', '');
}

export function remarked(testCase: DomainReplaceCase, observation: DomainReplaceObservation): string[] {
  return judgeDomainReplace(testCase, observation)
    .mismatches.filter(({ rule }) => ruleOf(rule)?.level === 'may')
    .map(({ rule }) => rule.replace('domain-replace.', ''));
}

export const submit = (descriptor: bigint[]): DriverAction => ({ do: 'invalidate', descriptor });
export const wait: DriverAction = { do: 'wait' };

/** What one sequence of actions needs to know. */
export interface Entry {
  readonly domain: Domain;
  readonly did: number;
}

/** One driver of device 0 without PASID or with one, put together action by action. */
export class Sequence {
  readonly actions: DriverAction[] = [];
  readonly #place: { device: number; pasid?: number };
  readonly #pasid: number;
  readonly #profile: Profile;
  readonly #isCoherent: boolean;

  constructor(profile: Profile, device = 0, pasid?: number) {
    this.#profile = profile;
    this.#place = pasid === undefined ? { device } : { device, pasid };
    this.#pasid = pasid ?? 0;
    this.#isCoherent = (profile.ecap & 1n) === 1n;
  }

  store(quantum: number, { domain, did }: Entry): this {
    return this.write(
      quantum,
      entryFor(domain, domains, did, this.#profile).slice(2 * quantum, 2 * quantum + 2),
    );
  }

  write(quantum: number, value: bigint[]): this {
    this.actions.push({ do: 'store', ...this.#place, quantum, value });
    return this;
  }

  /** Where the unit does not snoop. */
  flush(): this {
    if (!this.#isCoherent) this.actions.push({ do: 'flush-line', ...this.#place });
    return this;
  }

  pasidCache(did: number): this {
    return this.#submit(pasidCache(did, this.#pasid));
  }

  pasidIotlb(did: number): this {
    return this.#submit(pasidIotlb(did, this.#pasid));
  }

  domainIotlb(did: number): this {
    return this.#submit(domainIotlb(did));
  }

  /** The page at 0 of the domain. */
  pageIotlb(did: number): this {
    return this.#submit([0xf2n | (BigInt(did) << 16n), 0n]);
  }

  /** Each page of the PASID. */
  everyPage(did: number): this {
    return this.#submit([0x36n | (BigInt(did) << 16n) | (BigInt(this.#pasid) << 32n), 52n]);
  }

  deviceTlb(): this {
    return this.#submit(deviceTlb(0x10, this.#pasid));
  }

  wait(): this {
    this.actions.push(wait);
    return this;
  }

  /** As Linux 7.1 does it: all is stored, P last; with CM the caches are told. */
  setUp(entry: Entry): this {
    if (entry.domain.kind === 'first-stage' || entry.domain.kind === 'nested') this.store(1, entry);
    this.store(0, entry).flush();
    const { CM } = decodeCapabilities(this.#profile);
    return CM === 1 ? this.pasidCache(entry.did).wait().pasidIotlb(entry.did).wait() : this;
  }

  /** As Linux 7.1 does it: P is cleared, everything is dropped, then the rest is cleared. */
  tearDown({ domain, did }: Entry): this {
    const [low = 0n, high = 0n] = entryFor(domain, domains, did, this.#profile);
    this.write(0, [low & ~1n, high])
      .flush()
      .pasidCache(did)
      .wait();
    const isFirst = domain.kind === 'first-stage' || domain.kind === 'pass-through';
    if (isFirst) this.pasidIotlb(did).wait();
    else this.domainIotlb(did).wait();
    this.deviceTlb().wait();
    for (const quantum of [0, 1, 2, 3]) this.write(quantum, [0n, 0n]);
    return this.flush();
  }

  #submit(descriptor: bigint[]): this {
    this.actions.push(submit(descriptor));
    return this;
  }
}
