/** Whether a unit can do what a request asks for (11.4.2, 11.4.3). */
import { unitOf } from '../../models/reference/unit.ts';
import type { Domain, DomainReplaceCase, DomainRequest, Profile } from '../../spec/schema.ts';
import type { NamedPlace } from './place.ts';

export function isOffered(testCase: DomainReplaceCase, request: DomainRequest): boolean {
  const { profile, domains, devices } = testCase;
  const { SMTS, QI, SSADS, DT } = unitOf(profile).capabilities;
  if (SMTS === 0 || QI === 0) return false;
  switch (request.request) {
    case 'attach':
      return isPlaceOffered(testCase, request) && isOfferedDomain(testCase, request.domain);
    case 'detach':
      return isPlaceOffered(testCase, request);
    case 'release':
      return domains[request.domain]?.kind === 'first-stage';
    case 'track-dirty':
      return SSADS === 1 && domains[request.domain]?.kind === 'second-stage';
    case 'ats':
      return DT === 1 && devices[request.device]?.pageRequests !== true;
  }
}

function isPlaceOffered({ profile, devices }: DomainReplaceCase, { device, pasid }: NamedPlace): boolean {
  const { PASID, PSS, DT, PRS, PDS } = unitOf(profile).capabilities;
  if (pasid !== undefined && (PASID === 0 || pasid >= 2 ** (PSS + 1))) return false;
  const { ats = false, pageRequests = false } = devices[device] ?? {};
  // Without PDS there is no way to drain that the architecture describes.
  if (pageRequests && (!ats || PRS === 0 || PDS === 0)) return false;
  return devices[device] !== undefined && (!ats || DT === 1);
}

function isOfferedDomain({ domains, profile }: DomainReplaceCase, index: number): boolean {
  const domain = domains[index];
  return domain !== undefined && isDomainOffered(domain, domains, profile);
}

/** Whether tables of the kind and depth of `domain` are walked by the unit. */
export function isDomainOffered(domain: Domain, domains: readonly Domain[], profile: Profile): boolean {
  const { FSTS, SSTS, NEST, PT, FS5LP, SAGAW } = unitOf(profile).capabilities;
  if (domain.kind !== 'pass-through' && !isPage(domain.table, profile.haw)) return false;
  switch (domain.kind) {
    case 'pass-through':
      return PT === 1;
    case 'first-stage':
      return FSTS === 1 && (domain.levels === 4 || FS5LP === 1);
    case 'second-stage':
      return SSTS === 1 && ((SAGAW >> (domain.levels - 2)) & 1) === 1;
    case 'nested': {
      const parent = domains[domain.parent];
      if (NEST === 0 || parent?.kind !== 'second-stage') return false;
      return (domain.levels === 4 || FS5LP === 1) && isDomainOffered(parent, domains, profile);
    }
  }
}

function isPage(table: bigint, haw: number): boolean {
  return table % 4096n === 0n && table >> BigInt(haw) === 0n;
}
