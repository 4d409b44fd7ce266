/**
 * An entry that a cache may hold: the words that it summarises, as they were read, and the tags by which it is
 * found and dropped (VT-d 6.2.1, Table 17). What a cache keeps of the words is not stated; a hit is worth a walk
 * that finds these very words.
 */
import type { CacheName } from '../../../spec/invalidation/caches.ts';
import { type MatchTag, matchCell } from '../../../spec/invalidation/match-tables.ts';
import type { Request } from '../../../spec/schema.ts';
import type { SlotKind } from '../walk.ts';
import type { Invalidation } from './effects.ts';
import type { CachedEntry } from './expectation.ts';

/** A structure as one walk met it. */
export interface Slot {
  readonly kind: SlotKind;
  /** 0 outside of paging structures. */
  readonly level: number;
  /** The input address, PASID or source id that it serves. */
  readonly input: bigint;
  readonly address: bigint;
  /** Undefined when memory did not answer. */
  readonly words: readonly bigint[] | undefined;
  /** Not read, because an entry in use leads past it. */
  readonly passedBy: boolean;
}

export interface Entry extends CachedEntry {
  /** Grows wherever the entry is held. */
  readonly spared: string[];
  /** Made under TTM 00. */
  readonly legacy: boolean;
  readonly sourceId: number;
  /** Allocated by a request with PASID. */
  readonly withPasid: boolean;
  /** Of a request without PASID, RID_PASID. */
  readonly pasid: number;
  /** HPTDID in host permission caches. */
  readonly did: number;
  /** An input address that the entry serves, which serves all those equal to it above `pageBits`. */
  readonly address: bigint;
  /** Of the last structure that a host permission cache summarises. */
  readonly level: number;
  /** In the order in which a walk asks for them. */
  readonly slots: readonly Slot[];
  /** What was read to find these: under nesting also the second-stage entries that led to first-stage tables. */
  readonly origin: readonly Slot[];
  /** Number of changes of memory before it was made. */
  readonly madeAfter: number;
  /** The request, or the likes of it, for which it was made, and the entries that were used for that. */
  readonly filler: Request;
  readonly via: readonly Entry[];
}

/** What becomes of an entry, by the cell of the match tables with this rule. */
export interface Fate {
  readonly dropped: boolean;
  readonly rule: string;
  /** The cell says that the entry is left alone, whatever its tags. */
  readonly spared: boolean;
}

export type CacheInvalidation = Extract<Invalidation, { readonly granularity: string }>;

/** The invalidation may drop entries of the caches of the unit. */
export function isOfCaches(invalidation: Invalidation): invalidation is CacheInvalidation {
  return 'granularity' in invalidation;
}

/** 6.5.2.7: no order is stated between these and others. */
export function isOfHostPermissions({ kind }: CacheInvalidation): boolean {
  return kind === 'host-permission';
}

/** What `invalidation` does to `entry` at the least. */
export function fateOf(entry: Entry, invalidation: CacheInvalidation): Fate {
  const { rule, match } = matchCell(placeOf(invalidation, entry), entry);
  if (match === 'untouched') return { dropped: false, rule, spared: true };
  const dropped = match.every((tag) => hasTag[tag](entry, invalidation));
  return { dropped, rule: invalidation.ignoring ?? rule, spared: false };
}

type Comparison = (entry: Entry, invalidation: CacheInvalidation) => boolean;

const hasTag: Readonly<Record<MatchTag, Comparison>> = {
  did: ({ did }, invalidation) => did === didOf(invalidation),
  pasid: ({ pasid }, invalidation) => 'pasid' in invalidation && pasid === invalidation.pasid,
  'source-id': isDevice,
  address: isCovered,
  level: ({ level }, invalidation) =>
    invalidation.kind === 'host-permission' && level <= invalidation.levels + 1,
};

/** IH spares what leads to pages, not pages (6.5.2.3). */
function placeOf(invalidation: CacheInvalidation, entry: Entry): Parameters<typeof matchCell>[0] {
  const { kind, granularity } = invalidation;
  const hasHint = 'hint' in invalidation && invalidation.hint && !isGuestPage(entry);
  return { kind, granularity, hint: hasHint };
}

function didOf(invalidation: CacheInvalidation): number {
  return invalidation.kind === 'host-permission' ? invalidation.hptDid : invalidation.did;
}

/** Bits of the function number that are not compared, by FM (6.5.2.1, Table 21). */
const functionMasks = [0b000, 0b100, 0b110, 0b111];

function isDevice({ sourceId }: Entry, invalidation: CacheInvalidation): boolean {
  if (invalidation.kind !== 'context') return false;
  const masked = functionMasks[invalidation.functionMask] ?? 0;
  return ((sourceId ^ invalidation.sourceId) & ~masked) === 0;
}

/** The entry serves an address of the 2^AM pages (Table 22). */
function isCovered({ address, pageBits = 0 }: Entry, invalidation: CacheInvalidation): boolean {
  if (!('addressMask' in invalidation)) return false;
  const size = BigInt(Math.max(pageBits, 12 + invalidation.addressMask));
  return address >> size === invalidation.address >> size;
}

/**
 * Whether what was made from `entry` may be left by an invalidation that drops it. What an entry of a
 * paging-structure cache serves has the same domain and PASID, and goes with it unless an address is asked for;
 * nothing is made from a whole translation.
 */
export function mayBeOutlived({ cache }: Entry, { granularity }: CacheInvalidation): boolean {
  switch (cache) {
    case 'iotlb':
    case 'host-permission-leaf':
      return false;
    case 'context':
    case 'pasid':
    case 'host-permission':
      return true;
    default:
      return granularity === 'page';
  }
}

const PAGE_SIZE = 1n << 7n;

/** The entry maps a page, if it maps anything. */
export function isLeaf({ kind, level, words }: Slot): boolean {
  if (kind !== 'first-stage' && kind !== 'second-stage') return false;
  const first = words?.[0];
  return first !== undefined && (level === 1 || (level <= 3 && (first & PAGE_SIZE) !== 0n));
}

/**
 * A page of second stage that a walk under nesting met, by its guest address. 6.2.4 lists mappings of second stage
 * by the address of a request alone, and nowhere forbids these. Their tags have no PASID: they may outlast what is
 * based on one. Whoever changes second stage has to send an IOTLB invalidation (6.5.2.3; 6.5.3.3, Table 28).
 */
export function isGuestPage({ cache, faulting, slots }: Entry): boolean {
  const last = slots.at(-1);
  return cache === 'second-stage' && !faulting && last !== undefined && isLeaf(last);
}

/** The entries of `cache` are whole translations, or permissions. */
export function isWhole(cache: CacheName): boolean {
  return cache === 'iotlb' || cache === 'host-permission-leaf';
}

/** Whether `entry` serves the input address `address`. */
export function serves({ address: own, pageBits = 0 }: Entry, address: bigint): boolean {
  return own === address || (own ^ address) >> BigInt(pageBits) === 0n;
}

/** True when both answer the same requests alike, and are dropped by the same invalidations. */
export function isSame(one: Entry, other: Entry): boolean {
  return (
    one.cache === other.cache &&
    one.sourceId === other.sourceId &&
    one.did === other.did &&
    one.pasid === other.pasid &&
    one.withPasid === other.withPasid &&
    one.legacy === other.legacy &&
    one.pageBits === other.pageBits &&
    one.faulting === other.faulting &&
    one.level === other.level &&
    serves(one, other.address) &&
    one.slots.length === other.slots.length &&
    one.slots.every((slot, index) => isSameSlot(slot, other.slots[index] as Slot))
  );
}

/** The same structure with the same words, wherever it lies; what was passed by is like anything. */
export function isSameSlot(one: Slot, other: Slot): boolean {
  if (one === other) return true;
  if (one.kind !== other.kind || one.level !== other.level) return false;
  return one.passedBy || other.passedBy || areSame(one.words, other.words);
}

export function areSame(one: readonly bigint[] | undefined, other: readonly bigint[] | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined || one.length !== other.length) return false;
  return one.every((word, index) => word === other[index]);
}
