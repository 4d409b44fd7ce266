/**
 * Descriptors of the invalidation queue (VT-d 6.5.2): what software asks for as one flat record, so that a
 * sequence can be narrowed or widened field by field, and the words of it for queue and registers.
 */
import type { InvalidatingKind } from '../spec/invalidation/match-tables.ts';
import type { Choices } from './choices.ts';
import { PAGE_BYTES } from './tables.ts';
import { FRAMES } from './translation-mappings.ts';

/** An invalidation of the unit's own caches. Fields that its kind does not have are 0. */
export interface Selector {
  readonly kind: InvalidatingKind;
  /** G as the descriptor encodes it. */
  readonly granularity: number;
  /** HPTDID for host permissions. */
  readonly did: number;
  readonly pasid: number;
  readonly sourceId: number;
  /** FM. */
  readonly functionMask: number;
  /** ADDR / 4096. */
  readonly frame: number;
  /** AM. */
  readonly addressMask: number;
  /** IH, of two bits for host permissions. */
  readonly hint: number;
}

const none = { did: 0, pasid: 0, sourceId: 0, functionMask: 0, frame: 0, addressMask: 0, hint: 0 };

export const GLOBAL = 1;
export const DOMAIN = 2;
/** Device of the context-cache, page of others. */
export const FINE = 3;
const PASID_DOMAIN = 0;
const PASID_ONE = 1;
const PASID_GLOBAL = 3;
const PASID_IOTLB_ALL = 2;

export function contextGlobal(): Selector {
  return { ...none, kind: 'context', granularity: GLOBAL };
}
export function contextDomain(did: number): Selector {
  return { ...none, kind: 'context', granularity: DOMAIN, did };
}
export function contextDevice(did: number, sourceId: number, functionMask = 0): Selector {
  return { ...none, kind: 'context', granularity: FINE, did, sourceId, functionMask };
}
export function pasidGlobal(): Selector {
  return { ...none, kind: 'pasid', granularity: PASID_GLOBAL };
}
export function pasidDomain(did: number): Selector {
  return { ...none, kind: 'pasid', granularity: PASID_DOMAIN, did };
}
export function pasidOne(did: number, pasid: number): Selector {
  return { ...none, kind: 'pasid', granularity: PASID_ONE, did, pasid };
}
export function iotlbGlobal(): Selector {
  return { ...none, kind: 'iotlb', granularity: GLOBAL };
}
export function iotlbDomain(did: number): Selector {
  return { ...none, kind: 'iotlb', granularity: DOMAIN, did };
}
export function iotlbPage(did: number, frame: number, addressMask = 0, hint = 0): Selector {
  return { ...none, kind: 'iotlb', granularity: FINE, did, frame, addressMask, hint };
}
export function pasidIotlbAll(did: number, pasid: number): Selector {
  return { ...none, kind: 'pasid-iotlb', granularity: PASID_IOTLB_ALL, did, pasid };
}
export function pasidIotlbPage(
  did: number,
  pasid: number,
  frame: number,
  addressMask = 0,
  hint = 0,
): Selector {
  return { ...none, kind: 'pasid-iotlb', granularity: FINE, did, pasid, frame, addressMask, hint };
}
export function hostGlobal(): Selector {
  return { ...none, kind: 'host-permission', granularity: GLOBAL };
}
export function hostDomain(did: number, hint: number): Selector {
  return { ...none, kind: 'host-permission', granularity: DOMAIN, did, hint };
}
export function hostPage(did: number, frame: number, addressMask: number, hint: number): Selector {
  return { ...none, kind: 'host-permission', granularity: FINE, did, frame, addressMask, hint };
}

const types: Readonly<Record<InvalidatingKind, number>> = {
  context: 1,
  iotlb: 2,
  'pasid-iotlb': 6,
  pasid: 7,
  'host-permission': 10,
};

const BIT_32 = 0x1_0000_0000;

/** The words of a descriptor: two, or four where it has 256 bits. */
export function encode(selector: Selector): bigint[] {
  const { kind, granularity, did, pasid, sourceId, functionMask, frame, addressMask, hint } = selector;
  const low = types[kind] + granularity * 0x10 + did * 0x1_0000;
  if (kind === 'context') return [BigInt(low + (sourceId + functionMask * 0x1_0000) * BIT_32), 0n];
  const first = BigInt(low + pasid * BIT_32);
  const second = (BigInt(frame % FRAMES) << 12n) | BigInt(addressMask + hint * 0x40);
  return kind === 'iotlb' ? [first, second] : [first, second, 0n, 0n];
}

/** What a wait asks for when it completes. */
export interface WaitFlags {
  readonly interrupt?: boolean;
  readonly fence?: boolean;
  readonly pageDrain?: boolean;
  /** Status data, 32 bits, and the address that it is written to. */
  readonly status?: { readonly data: number; readonly address: number };
}

/** A wait descriptor, 128 bits. */
export function encodeWait({ interrupt, fence, pageDrain, status }: WaitFlags): bigint[] {
  const flags = (interrupt ? 0x10 : 0) + (status ? 0x20 : 0) + (fence ? 0x40 : 0) + (pageDrain ? 0x80 : 0);
  const low = BigInt(5 + flags) | (BigInt(status?.data ?? 0) << 32n);
  return [low, BigInt(status?.address ?? 0)];
}

/** Type 3 or 8: what the endpoint shall drop of its Device-TLB; the whole of it without `frame`. */
export function encodeDeviceTlb(sourceId: number, pasid: number | undefined, frame?: number): bigint[] {
  const whole = frame === undefined;
  const range = whole ? 0x7fff_ffff_ffff_f000n : BigInt(frame) << 12n;
  if (pasid === undefined) return [BigInt(3 + sourceId * BIT_32), range | (whole ? 1n : 0n)];
  const low = BigInt(8 + sourceId * 0x1_0000 + pasid * BIT_32);
  return [low, range | (whole ? 0x800n : 0n), 0n, 0n];
}

/** Type 4; without `index` global. */
export function encodeInterruptEntry(index: number | undefined, mask = 0): bigint[] {
  if (index === undefined) return [4n, 0n];
  return [BigInt(0x14 + mask * 0x800_0000 + index * BIT_32), 0n];
}

/** Type 9: the answer `code` to page group `group`. */
export function encodePageResponse(sourceId: number, pasid: number, code: number, group: number): bigint[] {
  const low = BigInt(0x19 + code * 0x1000 + sourceId * 0x1_0000 + pasid * BIT_32);
  return [low, BigInt(group * 8), 0n, 0n];
}

/** CCMD_REG with ICC for the same as a context-cache descriptor (11.4.6.1). */
export function contextCommand({ granularity, did, sourceId, functionMask }: Selector): bigint {
  const low = BigInt(did + sourceId * 0x1_0000 + functionMask * BIT_32);
  return (1n << 63n) | (BigInt(granularity) << 61n) | low;
}

/** IOTLB_REG with IVT for the same as an IOTLB descriptor (11.4.6.3). */
export function iotlbCommand({ granularity, did }: Selector): bigint {
  return (1n << 63n) | (BigInt(granularity) << 60n) | (BigInt(did) << 32n);
}

/** IVA_REG (11.4.6.4). */
export function iotlbAddress({ frame, addressMask, hint }: Selector): bigint {
  return (BigInt(frame % FRAMES) << 12n) | BigInt(addressMask + hint * 0x40);
}

const HIGHEST_PASID = 0xf_ffff;
/** The masks of a 4 KiB, 2 MiB and 1 GiB page, and beside them. */
const masks = [0, 0, 0, 1, 9, 18, 8, 10, 63] as const;

/** Something else than `selector`: another tag, another range, one granularity finer or coarser. */
export function changeSelector(selector: Selector, choices: Choices): Selector {
  const { kind, granularity, did, pasid, sourceId, frame, hint } = selector;
  switch (choices.pick(7)) {
    case 0:
      return { ...selector, did: choices.one([did ^ 1, did ^ 2, 0]) & 0xffff };
    case 1:
      if (kind === 'context') return { ...selector, sourceId: sourceId ^ choices.one([1, 4, 8, 0x100]) };
      if (kind === 'iotlb' || kind === 'host-permission')
        return { ...selector, frame: Math.max(frame - 1, 0) };
      return { ...selector, pasid: (pasid ^ choices.one([1, 0x40])) & HIGHEST_PASID };
    case 2:
      if (kind === 'context') return withFunctionMask(selector, choices);
      if (kind === 'pasid') return { ...selector, pasid: (pasid + 1) & HIGHEST_PASID };
      return { ...selector, frame: frame + choices.one([1, 8, 512, PAGE_BYTES]) };
    case 3:
      if (kind === 'context') return { ...selector, sourceId: sourceId ^ (1 + choices.pick(7)) };
      return kind === 'pasid' ? selector : { ...selector, addressMask: choices.one(masks) };
    case 4:
    case 5:
      if (kind === 'context' || kind === 'pasid')
        return { ...selector, granularity: finer(kind, granularity) };
      return { ...selector, hint: kind === 'host-permission' ? choices.pick(4) : hint ^ 1 };
    default:
      return { ...selector, granularity: coarser(kind, granularity) };
  }
}

/** Bits of the function number that FM leaves out (Table 21). */
const hiddenBits = [0, 4, 6, 7] as const;

/** Any FM, and another function that it makes no difference to. */
export function withFunctionMask(selector: Selector, choices: Choices): Selector {
  const functionMask = 1 + choices.pick(3);
  const hidden = hiddenBits[functionMask] ?? 0;
  return { ...selector, functionMask, sourceId: selector.sourceId ^ (choices.pick(8) & hidden) };
}

function finer(kind: 'context' | 'pasid', granularity: number): number {
  if (kind === 'context') return Math.min(granularity + 1, FINE);
  return granularity === PASID_GLOBAL ? PASID_DOMAIN : PASID_ONE;
}

function coarser(kind: InvalidatingKind, granularity: number): number {
  if (kind === 'pasid') return granularity === PASID_ONE ? PASID_DOMAIN : PASID_GLOBAL;
  return Math.max(granularity - 1, kind === 'pasid-iotlb' ? PASID_IOTLB_ALL : GLOBAL);
}
