/**
 * What an invalidation removes from the caches: the match tables of VT-d 6.5.2, by the tags of Table 17. A
 * cache is looked through slot by slot, since it has few.
 */
import type { CachedAnswers } from './answer-caches.ts';
import { DID, LEVEL, sizeOf, TAGGED_PASID, TYPE } from './answer-caches.ts';
import type { AssociativeCache } from './associative-cache.ts';
import { type CachedEntries, CONTEXT_DID, PASID_DID } from './entry-caches.ts';
import {
  type CachedStructures,
  levelOf,
  permissionBits,
  structureBits,
  taggedDomain,
} from './structure-caches.ts';
import { FIRST_STAGE, NESTED, overlaps } from './tags.ts';

/** Bits 47:12 tell first-stage addresses apart whatever the paging mode; more would keep too much. */
const FIRST_STAGE_TAG_HIGH = 0xffff;

export interface Caches {
  readonly entries: CachedEntries;
  readonly structures: CachedStructures;
  readonly answers: CachedAnswers;
}

/** A range of 2^`bits` bytes with the address in it. */
export interface AddressRange {
  high: number;
  low: number;
  bits: number;
}

export function dropEverything(caches: Caches): void {
  caches.entries.context.clear();
  caches.entries.pasid.clear();
  dropMappings(caches);
  dropPermissions(caches);
}

/** Global IOTLB invalidation: structure caches are included (6.5.2.3). */
export function dropMappings({ structures, answers }: Caches): void {
  answers.iotlb.clear();
  structures.firstStage.clear();
  structures.combined.clear();
  structures.secondStage.clear();
}

/** Global HPT cache invalidation (6.5.2.7). */
export function dropPermissions({ structures, answers }: Caches): void {
  structures.hostPermission.clear();
  answers.leaves.clear();
}

/** Domain-selective context-cache invalidation in legacy mode. */
export function dropContextDomain({ entries: { context } }: Caches, did: number): void {
  for (let slot = 0; slot < context.slots; slot++) {
    if (didAt(context, slot, CONTEXT_DID) === did) context.drop(slot);
  }
}

/** Device-selective; `functionMask` are the bits of the source-id that don't count. In scalable mode `did` is none. */
export function dropContextDevice(
  { entries: { context } }: Caches,
  did: number | undefined,
  sourceId: number,
  functionMask: number,
): void {
  for (let slot = 0; slot < context.slots; slot++) {
    const isDevice = ((context.tag(slot, 0) ^ sourceId) & 0xffff & ~functionMask) === 0;
    if (isDevice && (did === undefined || didAt(context, slot, CONTEXT_DID) === did)) context.drop(slot);
  }
}

/** True when the PASID-cache entry in `slot` is named by the domain and, where given, by the PASID. */
export function isPasidNamed(
  { pasid: cache }: CachedEntries,
  slot: number,
  did: number,
  pasid: number | undefined,
): boolean {
  return didAt(cache, slot, PASID_DID) === did && (pasid === undefined || cache.tag(slot, 1) === pasid);
}

export function dropDomain({ structures, answers }: Caches, did: number): void {
  const { iotlb } = answers;
  for (let slot = 0; slot < iotlb.slots; slot++) {
    if (didAt(iotlb, slot, DID) === did) iotlb.drop(slot);
  }
  dropStructures(structures.firstStage, did);
  dropStructures(structures.combined, did);
  dropStructures(structures.secondStage, did);
}

/** Page-selective within a domain (Table 23): by address second stage and pass-through, all of the rest. */
export function dropPages(
  { structures, answers }: Caches,
  did: number,
  range: AddressRange,
  hint: boolean,
): void {
  const { iotlb } = answers;
  for (let slot = 0; slot < iotlb.slots; slot++) {
    if (didAt(iotlb, slot, DID) !== did) continue;
    if (isFirstStage(iotlb, slot) || isPageIn(iotlb, slot, range)) iotlb.drop(slot);
  }
  dropStructures(structures.firstStage, did);
  dropStructures(structures.combined, did);
  if (!hint) dropStructures(structures.secondStage, did, undefined, range);
}

/** PASID-selective (Table 24): mappings of any type, but no second-stage structures. */
export function dropPasid({ structures, answers }: Caches, did: number, pasid: number): void {
  const { iotlb } = answers;
  for (let slot = 0; slot < iotlb.slots; slot++) {
    if (isOfPasid(iotlb, slot, did, pasid)) iotlb.drop(slot);
  }
  dropStructures(structures.firstStage, did, pasid);
  dropStructures(structures.combined, did, pasid);
}

/** Page-selective within a PASID (Table 24): first-stage and nested mappings only. */
export function dropPasidPages(
  { structures, answers }: Caches,
  did: number,
  pasid: number,
  range: AddressRange,
  hint: boolean,
): void {
  const { iotlb } = answers;
  for (let slot = 0; slot < iotlb.slots; slot++) {
    if (
      isOfPasid(iotlb, slot, did, pasid) &&
      isFirstStage(iotlb, slot) &&
      isPageIn(iotlb, slot, range, FIRST_STAGE_TAG_HIGH)
    )
      iotlb.drop(slot);
  }
  if (hint) return;
  dropStructures(structures.firstStage, did, pasid, range, FIRST_STAGE_TAG_HIGH);
  dropStructures(structures.combined, did, pasid, range, FIRST_STAGE_TAG_HIGH);
}

/** HPT entries up to `levels` of a domain (6.5.2.7), those that control an address of the range if given. */
export function dropPermissionsOf(
  { structures: { hostPermission }, answers: { leaves } }: Caches,
  hptDid: number,
  levels: number,
  range?: AddressRange,
): void {
  for (let slot = 0; slot < leaves.slots; slot++) {
    if (!leaves.isFilled(slot) || leaves.words[slot * leaves.stride + DID] !== hptDid) continue;
    if ((leaves.words[slot * leaves.stride + LEVEL] as number) > levels) continue;
    if (range === undefined || isPageIn(leaves, slot, range)) leaves.drop(slot);
  }
  for (let slot = 0; slot < hostPermission.slots; slot++) {
    const tag = hostPermission.tag(slot, 0);
    if (taggedDomain(tag) !== hptDid || levelOf(tag) > levels) continue;
    const bits = permissionBits(levelOf(tag));
    if (range === undefined || isPrefixIn(hostPermission, slot, bits, range)) hostPermission.drop(slot);
  }
}

function dropStructures(
  cache: AssociativeCache,
  did: number,
  pasid?: number,
  range?: AddressRange,
  tagHigh?: number,
): void {
  for (let slot = 0; slot < cache.slots; slot++) {
    const tag = cache.tag(slot, 0);
    if (taggedDomain(tag) !== did || (pasid !== undefined && cache.tag(slot, 1) !== pasid)) continue;
    const bits = structureBits(levelOf(tag));
    if (range === undefined || isPrefixIn(cache, slot, bits, range, tagHigh)) cache.drop(slot);
  }
}

/** The domain that a slot is named by; a slot that holds nothing has none. Unsigned or -1 would be a double. */
function didAt(cache: AssociativeCache, slot: number, place: number): number {
  return cache.isFilled(slot) ? (cache.words[slot * cache.stride + place] as number) & 0xffff : -1;
}

function isOfPasid(iotlb: AssociativeCache, slot: number, did: number, pasid: number): boolean {
  return didAt(iotlb, slot, DID) === did && iotlb.words[slot * iotlb.stride + TAGGED_PASID] === pasid;
}

function isFirstStage(iotlb: AssociativeCache, slot: number): boolean {
  const type = iotlb.words[slot * iotlb.stride + TYPE];
  return type === FIRST_STAGE || type === NESTED;
}

function isPageIn(cache: AssociativeCache, slot: number, range: AddressRange, tagHigh?: number): boolean {
  return isPrefixIn(cache, slot, sizeOf(cache.tag(slot, 1)), range, tagHigh);
}

function isPrefixIn(
  cache: AssociativeCache,
  slot: number,
  bits: number,
  { high, low, bits: rangeBits }: AddressRange,
  tagHigh = 0xffff_ffff,
): boolean {
  const slotHigh = cache.tag(slot, 2) & tagHigh;
  return overlaps(slotHigh, cache.tag(slot, 3), bits, high & tagHigh, low, rangeBits);
}
