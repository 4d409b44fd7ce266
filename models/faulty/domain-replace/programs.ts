/** The smallest programs of drivers, as the bugs of domain replacement write them down. */
import { type CapabilityName, decodeCapabilities, encodeCapabilities } from '../../../spec/capabilities.ts';
import { namedProfile } from '../../../spec/profiles.ts';
import type { Domain, DomainReplaceCase, DomainRequest, Profile } from '../../../spec/schema.ts';

/** The unit `name` with fields changed. */
export function unit(name: string, fields: Partial<Record<CapabilityName, number>> = {}): Profile {
  const profile = namedProfile(name);
  if (profile === undefined) throw new RangeError(`there is no profile ${name}`);
  const { cap, ecap } = encodeCapabilities({ ...decodeCapabilities(profile), ...fields });
  return { ...profile, cap, ecap };
}

export const FIRST: Domain = { kind: 'first-stage', table: 0x1000n, levels: 4 };
export const OTHER_FIRST: Domain = { kind: 'first-stage', table: 0x2000n, levels: 4 };
export const SECOND: Domain = { kind: 'second-stage', table: 0x1000n, levels: 4 };
export const OTHER_SECOND: Domain = { kind: 'second-stage', table: 0x2000n, levels: 4 };
/** Over domain 0. */
export const NESTED: Domain = { kind: 'nested', table: 0x3000n, levels: 4, parent: 0 };

/** Requests for device 0 without PASID, unless they say otherwise; domains by their index. */
export const attach = (domain: number, place: { device?: number; pasid?: number } = {}): DomainRequest => ({
  request: 'attach',
  device: 0,
  ...place,
  domain,
});
export const detach: DomainRequest = { request: 'detach', device: 0 };
export const release = (domain: number): DomainRequest => ({ request: 'release', domain });
export const track = (domain: number): DomainRequest => ({ request: 'track-dirty', domain, on: true });
export const switchAts = (on: boolean): DomainRequest => ({ request: 'ats', device: 0, on });

interface Program {
  readonly profile?: Profile;
  readonly domains: readonly Domain[];
  readonly requests: readonly DomainRequest[];
  /** Of the only device; several, where there are several. */
  readonly devices?: readonly Omit<DomainReplaceCase['devices'][number], 'sourceId'>[];
  readonly failing?: readonly number[];
}

const ALONE = [{ ats: false }];
/** One device with a Device-TLB. */
export const ATS = [{ ats: true }];

export function program({ domains, requests, ...rest }: Program): DomainReplaceCase {
  const { profile = unit('nested-48'), devices = ALONE, failing = [] } = rest;
  return {
    area: 'domain-replace',
    profile,
    devices: devices.map((device, sourceId) => ({ sourceId, ...device })),
    domains: [...domains],
    requests: [...requests],
    failing: [...failing],
  };
}
