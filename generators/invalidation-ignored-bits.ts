/**
 * Bits of descriptors and registers that a unit does not look at (VT-d 6.5.2, 11.4.6): above the widths of domain
 * ids (ND), guest addresses (MGAW) and host addresses (HAW), and fields that are for other granularities. Setting
 * them changes nothing of what is asked for.
 */
import { ALL_64, extract } from '../spec/bits.ts';
import type { Choices } from './choices.ts';
import { PAGE_BYTES } from './tables.ts';
import type { TranslationTarget } from './translation-target.ts';

const CONTEXT = 1n;
const IOTLB = 2n;
const WAIT = 5n;
const HOST_PERMISSION = 10n;
/** IOTLB, PASID-based IOTLB, PASID-cache and HPT cache; of others in legacy mode it is not stated (6.5.2.1). */
const withDomainWidth: readonly bigint[] = [IOTLB, 6n, 7n, HOST_PERMISSION];
const DID = 0xffffn;
const DID_SHIFT = 16n;
const PAGE_SELECTIVE = 3n;
const ADDRESS = ALL_64 & ~BigInt(PAGE_BYTES - 1);
const HINT = 0x40n;
/** DR and DW: who has no draining ignores them, and others drain anyway. */
const DRAIN = 0xc0n;
const PASID = 0xf_ffffn << 32n;
/** By type and granularity: what is said to be ignored, in the first word and in the second (6.5.2.2 to 6.5.2.7). */
const ofOthers: Readonly<Record<string, readonly (readonly [number, bigint])[]>> = {
  '2.1': [
    [0, DRAIN],
    [0, DID << DID_SHIFT],
    [1, ADDRESS],
    [1, HINT],
  ],
  '2.2': [
    [0, DRAIN],
    [1, ADDRESS],
    [1, HINT],
  ],
  '6.2': [
    [1, ADDRESS],
    [1, HINT],
  ],
  '7.0': [[0, PASID]],
  '10.1': [
    [0, DID << DID_SHIFT],
    [1, ADDRESS],
    [1, 0xc0n],
  ],
  '10.2': [[1, ADDRESS]],
};
/** One in so many descriptors has such bits: of waits, which are everywhere, few, of what is seldom drawn more. */
const ONE_IN = 4;
const OF_WAITS = 12;
const OF_PERMISSIONS = 2;

/** `words` of a descriptor that is taken, at times with bits set that say nothing. */
export function withIgnoredBits(
  target: TranslationTarget,
  legacy: boolean,
  words: bigint[],
  choices: Choices,
): bigint[] {
  const [low = 0n, second = 0n, ...others] = words;
  const type = extract(low, 3, 0);
  if (!choices.oneIn(type === WAIT ? OF_WAITS : type === HOST_PERMISSION ? OF_PERMISSIONS : ONE_IN))
    return words;
  const unused = ofOthers[`${type}.${extract(low, 5, 4)}`];
  if (unused !== undefined && choices.oneIn(2)) {
    const [index, mask] = choices.one(unused);
    return words.map((word, at) => (at === index ? word | some(mask, choices) : word));
  }
  const { profile, capabilities } = target;
  const did = withDomainWidth.includes(type) ? unusedDomain(target) : type === CONTEXT && !legacy ? DID : 0n;
  const width = type === IOTLB ? capabilities.MGAW + 1 : profile.haw;
  const isPaged = (type === IOTLB || type === HOST_PERMISSION) && extract(low, 5, 4) === PAGE_SELECTIVE;
  // Of one field alone, so that what is wrong can be named.
  if (type === WAIT || (isPaged && (did === 0n || !choices.oneIn(3))))
    return [low, second | some(aboveWidth(width), choices), ...others];
  return [low | some(did << DID_SHIFT, choices), second, ...others];
}

/** The DID of CCMD_REG with bits above ND; of IOTLB_REG it is not stated that they are ignored. */
export function unusedDomain({ domainIds }: TranslationTarget): bigint {
  return DID & ~domainIds;
}

/** Bits of ADDR that lie above MGAW, as IVA_REG has them. */
export function unusedAddress({ capabilities }: TranslationTarget): bigint {
  return aboveWidth(capabilities.MGAW + 1);
}

/** All of `mask`, or some of it. */
export function some(mask: bigint, choices: Choices): bigint {
  return choices.oneIn(2) ? mask & choices.word() : mask;
}

function aboveWidth(bits: number): bigint {
  return (ALL_64 << BigInt(bits)) & ALL_64 & ~BigInt(PAGE_BYTES - 1);
}
