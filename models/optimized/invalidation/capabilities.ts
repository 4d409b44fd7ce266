/** What the invalidation interface keeps of CAP_REG and ECAP_REG (11.4.2, 11.4.3), once for each profile. */
import type { Profile } from '../../../spec/schema.ts';
import { compileDescriptors } from './descriptor-check.ts';

/** What decides which descriptors there are. */
export interface DescriptorFacts {
  readonly deviceTlbs: boolean;
  readonly pageRequests: boolean;
  readonly hostPermissions: boolean;
  /** DIT: descriptors name the physical function. */
  readonly physicalFunctions: boolean;
  /** PDS: waits can drain page requests. */
  readonly pageRequestDrain: boolean;
  readonly pageSelective: boolean;
  /** LPIG of a page group response is ignored and no longer reserved. */
  readonly ignoresLastInGroup: boolean;
}

export interface InvalidationCapabilities {
  /** QI. */
  readonly queue: boolean;
  /** SMTS and ADMS; either allows queues of 256-bit descriptors. */
  readonly scalable: boolean;
  readonly abortDma: boolean;
  /** Compiled for `descriptorError`. */
  readonly descriptors: Uint32Array;
  readonly interrupts: boolean;
  readonly cachingMode: boolean;
  readonly pageSelective: boolean;
  /** MAMV: the largest address mask of page-selective IOTLB invalidations. */
  readonly largestMask: number;
  /** ESRTPS: a new root table empties the caches. */
  readonly rootEmptiesCaches: boolean;
  readonly separateRights: boolean;
  /** Bits of a domain-id that count (ND). */
  readonly domainMask: number;
  /** Upper halves of addresses below MGAW and HAW. */
  readonly guestHigh: number;
  readonly hostHigh: number;
  /** False under the policy that only requests fill caches. */
  readonly fillsOnItsOwn: boolean;
}

const known = new WeakMap<Profile, InvalidationCapabilities>();

export function invalidationCapabilitiesOf(profile: Profile): InvalidationCapabilities {
  let capabilities = known.get(profile);
  if (capabilities === undefined) {
    capabilities = decode(profile);
    known.set(profile, capabilities);
  }
  return capabilities;
}

function decode({ cap, ecap, haw, specRev, policies }: Profile): InvalidationCapabilities {
  const low = Number(ecap & 0xffff_ffffn);
  const high = Number(ecap >> 32n);
  const capLow = Number(cap & 0xffff_ffffn);
  const capHigh = Number(cap >> 32n);
  const pageSelective = (capHigh & 0x80) !== 0;
  const descriptors = compileDescriptors({
    deviceTlbs: (low & 0x4) !== 0,
    pageRequests: (low & 0x2000_0000) !== 0,
    hostPermissions: (high & 0x80_0000) !== 0,
    physicalFunctions: (high & 0x200) !== 0,
    pageRequestDrain: (high & 0x400) !== 0,
    pageSelective,
    ignoresLastInGroup: specRev === '5.10',
  });
  return {
    descriptors,
    pageSelective,
    queue: (low & 0x2) !== 0,
    scalable: (high & 0x800) !== 0,
    abortDma: (high & 0x10_0000) !== 0,
    interrupts: (low & 0x8) !== 0,
    cachingMode: (capLow & 0x80) !== 0,
    largestMask: (capHigh >>> 16) & 0x3f,
    rootEmptiesCaches: capHigh >>> 31 !== 0,
    separateRights: (high & 0x200_0000) !== 0,
    domainMask: 0xffff >>> Math.max(0, 12 - 2 * (capLow & 7)),
    guestHigh: below(((capLow >>> 16) & 0x3f) + 1),
    hostHigh: below(haw),
    fillsOnItsOwn: policies.cacheFills !== 'requests',
  };
}

/** Bits of the upper half of an address below bit `width`. */
function below(width: number): number {
  return width >= 64 ? 0xffff_ffff : (1 << Math.max(0, width - 32)) - 1;
}
