/** Whether a unit can do what a request asks for (11.4.2, 11.4.3). */
import { decodeCapabilities } from '../../spec/capabilities.ts';
import type { Domain, DomainReplaceCase, DomainRequest, Profile } from '../../spec/schema.ts';

export function isOffered({ profile, domains, devices }: DomainReplaceCase, request: DomainRequest): boolean {
  const { SMTS, QI, PASID, PSS, DT } = decodeCapabilities(profile);
  const { device, pasid } = request;
  if (SMTS === 0 || QI === 0) return false;
  if (pasid !== undefined && (PASID === 0 || pasid >= 2 ** (PSS + 1))) return false;
  if (devices[device] === undefined || (devices[device].ats && DT === 0)) return false;
  if (request.request === 'detach') return true;
  const domain = domains[request.domain];
  return domain !== undefined && isDomainOffered(domain, domains, profile);
}

/** Whether tables of the kind and depth of `domain` are walked by the unit. */
export function isDomainOffered(domain: Domain, domains: readonly Domain[], profile: Profile): boolean {
  const capabilities = decodeCapabilities(profile);
  const { FSTS, SSTS, NEST, PT, FS5LP, SAGAW } = capabilities;
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
