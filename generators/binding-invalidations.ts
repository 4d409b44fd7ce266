/** Invalidations of a binding case: those that a change asks for, wider ones, and others. */
import type { BindingStep } from '../spec/schema.ts';
import type { Guest } from './binding-guest.ts';
import type { GuestDevice, Slot } from './binding-slot.ts';
import type { Choices } from './choices.ts';

const CONTEXT = 1n;
const IOTLB = 2n;
const PASID_IOTLB = 6n;
const PASID_CACHE = 7n;
const DID_BITS = 0xffffn;
const IH = 0x40n;
/** AM of a page of 1 GiB, and of half of all addresses. */
const USUAL_MASK = 18;
const WIDEST_MASK = 51;
/** Bits of the function number that each FM leaves out. */
const FUNCTION_MASKS = [0, 4, 6, 7] as const;
/** Addresses of a first stage with 4 levels that have bit 47 set. */
const UPPER_HALF = 0xffff_8000_0000_0000n;

function step(low: bigint, high = 0n): BindingStep {
  return { step: 'invalidate', descriptor: [low, high] };
}

/** The DID of a descriptor: bits above the width of domain ids are ignored. */
function did(domain: bigint, guest: Guest, choices: Choices): bigint {
  const { domainIds } = guest.target;
  const ignored = choices.oneIn(8) ? DID_BITS & ~domainIds : 0n;
  return ((domain & domainIds) | ignored) << 16n;
}

const granularity = (value: number) => BigInt(value) << 4n;
const pasidField = (pasid: number) => BigInt(pasid) << 32n;

/** Of the PASID cache, for the entry of `slot`: with its old or new domain, or a wider one. */
export function pasidCache(guest: Guest, { entry, pasid, before }: Slot, choices: Choices): BindingStep {
  const domain = did(choices.oneIn(2) ? (entry.words[1] ?? 0n) : before, guest, choices);
  switch (choices.pick(5)) {
    case 0:
      return step(PASID_CACHE | granularity(3));
    case 1:
      return step(PASID_CACHE | granularity(0) | domain);
    case 2:
      return step(PASID_CACHE | granularity(1) | domain | pasidField(pasid ^ (choices.oneIn(4) ? 1 : 0)));
    default:
      return step(PASID_CACHE | granularity(1) | domain | pasidField(pasid));
  }
}

/** Of first-stage translations: by PASID, by page, by domain, all. */
export function translations(guest: Guest, { entry, pasid, before }: Slot, choices: Choices): BindingStep {
  const { PSI, MAMV } = guest.target.capabilities;
  // The older one counts where there is one: what is held under it is dropped by it still.
  const last = choices.oneIn(before === 0n ? 6 : 2) ? before : (entry.words[1] ?? 0n);
  const domain = did(last + (choices.oneIn(4) ? 1n : 0n), guest, choices);
  const named = domain | pasidField(pasid ^ (choices.oneIn(5) ? 1 : 0));
  const half = choices.oneIn(4) ? UPPER_HALF : 0n;
  const page = half | (BigInt(choices.pick(0x1000)) << 12n);
  const hint = choices.oneIn(2) ? IH : 0n;
  const range = (most: number) => BigInt(choices.pick(most + 1)) | hint | page;
  switch (choices.pick(6)) {
    case 0:
      return everyTranslation;
    case 1:
      return step(IOTLB | granularity(2) | domain);
    case 2:
      return PSI === 1
        ? step(IOTLB | granularity(3) | domain, range(MAMV))
        : step(IOTLB | granularity(2) | domain);
    case 3:
      // IH says nothing here (6.5.2.4).
      return step(PASID_IOTLB | granularity(2) | named, hint);
    default:
      // PSI and MAMV are about the other one.
      return step(PASID_IOTLB | granularity(3) | named, range(choices.oneIn(2) ? USUAL_MASK : WIDEST_MASK));
  }
}

/** Of all translations. */
export const everyTranslation: BindingStep = step(IOTLB | granularity(1));

/** Of the context cache, for all functions of the device (FM). */
export function functionsCache({ sourceId }: GuestDevice): BindingStep {
  return step(CONTEXT | granularity(3) | (BigInt(sourceId) << 32n) | (3n << 48n));
}

/** Of the context cache: all, a domain, a device or its neighbours. */
export function contextCache({ sourceId }: GuestDevice, choices: Choices): BindingStep {
  switch (choices.pick(6)) {
    case 0:
      return step(CONTEXT | granularity(1));
    case 1:
      return step(CONTEXT | granularity(2) | (BigInt(1 + choices.pick(3)) << 16n));
    case 2: {
      const mask = choices.pick(4);
      // Mostly one that FM does not tell from the device (6.5.2.1).
      const neighbour = sourceId ^ (choices.pick(8) & (choices.oneIn(4) ? 7 : (FUNCTION_MASKS[mask] ?? 0)));
      return step(CONTEXT | granularity(3) | (BigInt(neighbour) << 32n) | (BigInt(mask) << 48n));
    }
    default:
      return step(CONTEXT | granularity(3) | (BigInt(sourceId) << 32n));
  }
}
