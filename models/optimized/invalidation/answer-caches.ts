/**
 * IOTLB and HPT leaf cache (6.2.4, 6.2.6): whole answers, found by requester, PASID and page before any table
 * is. What a held mapping can't serve (a right or flag that is missing) is walked for again.
 */
import {
  current,
  isWrite,
  missingRight,
  PAGE_REQUEST,
  TRANSLATED,
  TRANSLATION,
  UNTRANSLATED,
} from '../current-request.ts';
import { firstStage } from '../first-stage.ts';
import { grant, hostPermission } from '../host-permission.ts';
import { isInterruptPage, page } from '../paging.ts';
import { passThrough } from '../pass-through.ts';
import { snoopForced } from '../scalable.ts';
import { secondStage } from '../second-stage.ts';
import { legacyRightsFault, rightsFault } from '../stage-faults.ts';
import { faultProcessing } from '../tables-memory.ts';
import { type AnswerCaches, NOT_CACHED } from '../translation-caches.ts';
import type { TranslationUnit } from '../translation-unit.ts';
import { AssociativeCache } from './associative-cache.ts';
import type { CachingConfiguration } from './configuration.ts';
import { FIRST_STAGE, highMask, lowMask, NESTED, PASS_THROUGH, SECOND_STAGE, tags } from './tags.ts';

/** Data of a slot. */
export const DID = 0;
export const TYPE = 1;
export const TAGGED_PASID = 2;
const HIGH = 3;
const LOW = 4;
const BITS = 5;
const FLAGS = 6;
const CODE = 7;
const STRIDE = 8;
/** In place of TYPE, of a leaf of the host permission table. */
export const LEVEL = 1;
const PERMISSION = 2;
const FAULT_PROCESSING = 3;
const LEAF_STRIDE = 4;

const RIGHTS = 3;
const SNOOP = 4;
const SNOOP_FORCED = 8;
/** Dirty flags are set, so that a write needs no walk. */
const DIRTY = 16;
const PRIVILEGED = 32;
/** Fault processing was disabled on the way. */
const SILENT = 64;

/** log2 of page sizes, the smallest first. */
const sizes = [12, 21, 30] as const;
/** Faults that an access to second-stage tables ends in; with CM=1 they may be held (6.2.4.1). */
const scalableFaults = new Set([0x78, 0x79, 0x7a, 0x7b, 0x85, 0x86]);
const legacyFaults = new Set([0x05, 0x06, 0x07, 0x0c]);

/** log2 of the page in tag 1 of a slot. */
export function sizeOf(tag: number): number {
  return tag >>> 20;
}

/** LSS.1, SSS.1, SSS.4: memory gave no entry of which the fault could be kept. */
function isUnreadable(code: number): boolean {
  return code === 0x07 || code === 0x78 || code === 0x7b;
}

export class CachedAnswers implements AnswerCaches {
  readonly iotlb: AssociativeCache;
  readonly leaves: AssociativeCache;
  /** CM=1, and the unit makes use of it. */
  keepsFaults = false;
  readonly #whole: boolean;
  readonly #passThrough: boolean;
  readonly #refuses: boolean;
  readonly #shares: boolean;

  constructor(configuration: CachingConfiguration) {
    const { caches, largePages, passThrough: holds, missingRights, sharesRequesterPasid } = configuration;
    this.iotlb = new AssociativeCache(caches.iotlb, STRIDE);
    this.leaves = new AssociativeCache(caches.hostPermissionLeaf, LEAF_STRIDE);
    this.#whole = largePages === 'whole';
    this.#passThrough = holds;
    this.#refuses = missingRights === 'refuse';
    this.#shares = sharesRequesterPasid;
  }

  find(unit: TranslationUnit, scalable: boolean): number {
    tags.mode = scalable ? 1 : 0;
    tags.type = 0;
    hostPermission.cacheable = false;
    const { kind, high, low } = current;
    const isInterrupt = high === 0 && low >>> 20 === 0xfee;
    if (kind === PAGE_REQUEST || isInterrupt) return NOT_CACHED;
    if (kind === TRANSLATED) return scalable ? this.#findLeaf(unit) : NOT_CACHED;
    const code = this.#findMapping();
    if (code !== NOT_CACHED) return code;
    return this.keepsFaults ? this.#findFault() : NOT_CACHED;
  }

  keep(code: number): void {
    const { kind, high, low } = current;
    if (high === 0 && low >>> 20 === 0xfee) return;
    if (kind === TRANSLATED) {
      if (hostPermission.cacheable && (code === 0 || code >= 0xa3)) this.#keepLeaf();
    } else if (kind === UNTRANSLATED || kind === TRANSLATION) {
      if (code === 0) this.#keepMapping();
      else if (this.keepsFaults && tags.type === SECOND_STAGE && !isUnreadable(code)) this.#keepFault(code);
    }
  }

  #findMapping(): number {
    const { iotlb } = this;
    if (iotlb.slots === 0) return NOT_CACHED;
    const requester = requesterTag();
    const withoutPasid = this.#shares && current.withPasid ? requesterTag(false) : requester;
    for (const bits of sizes) {
      const high = (current.high & highMask(bits)) >>> 0;
      const low = (current.low & lowMask(bits)) >>> 0;
      const at = iotlb.find(requester, pasidTag(bits), high, low);
      const code = at === NOT_CACHED ? NOT_CACHED : this.#serve(at, bits);
      if (code !== NOT_CACHED) return code;
      if (withoutPasid === requester) continue;
      const shared = iotlb.find(withoutPasid, bits << 20, high, low);
      if (shared !== NOT_CACHED && this.#isLike(shared)) return this.#serve(shared, bits);
    }
    return NOT_CACHED;
  }

  /** Made under RID_PASID for requests without PASID, but what the current one with PASID would have left. */
  #isLike(at: number): boolean {
    const { words } = this.iotlb;
    const privileged = ((words[at + FLAGS] as number) & PRIVILEGED) !== 0;
    return words[at + TAGGED_PASID] === current.pasid && privileged === current.privileged;
  }

  /** Leaves the held mapping at `at` in `page`, when it has all that the request needs; gives a code. */
  #serve(at: number, bits: number): number {
    const { words } = this.iotlb;
    const flags = words[at + FLAGS] as number;
    page.rights = flags & RIGHTS;
    const missing = missingRight(page.rights);
    if (missing !== 0) {
      if (!this.#refuses) return NOT_CACHED;
      faultProcessing.disabled = flags & SILENT;
      return tags.mode === 1 ? rightsFault(missing) : legacyRightsFault(missing);
    }
    if ((flags & DIRTY) === 0 && isWrite(page.rights)) return NOT_CACHED;
    page.high = ((words[at + HIGH] as number) | (current.high & ~highMask(bits))) >>> 0;
    page.low = ((words[at + LOW] as number) | (current.low & ~lowMask(bits))) >>> 0;
    page.bits = words[at + BITS] as number;
    page.snoop = (flags & SNOOP) !== 0;
    snoopForced.value = (flags & SNOOP_FORCED) !== 0;
    return isInterruptPage(false) ? NOT_CACHED : 0;
  }

  #keepMapping(): void {
    const { iotlb } = this;
    if (tags.type === PASS_THROUGH && !this.#passThrough) return;
    const bits = this.#whole && page.bits <= 30 ? page.bits : 12;
    const high = highMask(bits);
    const low = lowMask(bits);
    const pageHigh = (current.high & high) >>> 0;
    const to = iotlb.hold(requesterTag(), pasidTag(bits), pageHigh, (current.low & low) >>> 0);
    if (to === NOT_CACHED) return;
    const { words } = iotlb;
    words[to + DID] = tags.did;
    words[to + TYPE] = tags.type;
    words[to + TAGGED_PASID] = tags.pasid;
    words[to + HIGH] = page.high & high;
    words[to + LOW] = page.low & low;
    words[to + BITS] = page.bits;
    const snoop = (page.snoop ? SNOOP : 0) | (snoopForced.value ? SNOOP_FORCED : 0);
    const silent = faultProcessing.disabled === 0 ? 0 : SILENT;
    const privileged = current.privileged ? PRIVILEGED : 0;
    words[to + FLAGS] = page.rights | snoop | (isDirty() ? DIRTY : 0) | silent | privileged;
  }

  #findFault(): number {
    const at = this.iotlb.find(faultTag(), pasidTag(12), current.high, (current.low & lowMask(12)) >>> 0);
    if (at === NOT_CACHED) return NOT_CACHED;
    faultProcessing.disabled = this.iotlb.words[at + FLAGS] as number;
    return this.iotlb.words[at + CODE] as number;
  }

  #keepFault(code: number): void {
    if (!(tags.mode === 1 ? scalableFaults : legacyFaults).has(code)) return;
    const to = this.iotlb.hold(faultTag(), pasidTag(12), current.high, (current.low & lowMask(12)) >>> 0);
    if (to === NOT_CACHED) return;
    const { words } = this.iotlb;
    words[to + DID] = tags.did;
    words[to + TYPE] = tags.type;
    words[to + TAGGED_PASID] = tags.pasid;
    words[to + FLAGS] = faultProcessing.disabled;
    words[to + CODE] = code;
  }

  #findLeaf(unit: TranslationUnit): number {
    const { leaves } = this;
    if (leaves.slots === 0) return NOT_CACHED;
    const requester = requesterTag();
    for (const bits of sizes) {
      const pageHigh = (current.high & highMask(bits)) >>> 0;
      const at = leaves.find(requester, pasidTag(bits), pageHigh, (current.low & lowMask(bits)) >>> 0);
      if (at === NOT_CACHED) continue;
      if (passThrough(unit, 0x83, 0x87) !== 0) return NOT_CACHED;
      faultProcessing.disabled = leaves.words[at + FAULT_PROCESSING] as number;
      return grant(leaves.words[at + LEVEL] as number, leaves.words[at + PERMISSION] as number);
    }
    return NOT_CACHED;
  }

  #keepLeaf(): void {
    const { leaves } = this;
    const { level, permission } = hostPermission;
    const bits = permission !== 0 && this.#whole ? 3 + 9 * level : 12;
    const pageHigh = (current.high & highMask(bits)) >>> 0;
    const to = leaves.hold(requesterTag(), pasidTag(bits), pageHigh, (current.low & lowMask(bits)) >>> 0);
    if (to === NOT_CACHED) return;
    leaves.words[to + DID] = tags.hptDid;
    leaves.words[to + LEVEL] = level;
    leaves.words[to + PERMISSION] = permission;
    leaves.words[to + FAULT_PROCESSING] = faultProcessing.disabled;
  }
}

/** Mappings of reads, completions and privileged requests are apart: their answers differ. */
function requesterTag(withPasid = current.withPasid): number {
  const { sourceId, kind, privileged } = current;
  const marks = kind | (tags.mode << 2) | (withPasid ? 8 : 0) | (withPasid && privileged ? 16 : 0);
  return sourceId | (marks << 16);
}

/** A fault is held for requests that ask for the same. */
function faultTag(): number {
  return requesterTag() | (current.rights << 21) | (current.anyRight ? 1 << 23 : 0) | (1 << 24);
}

/** The PASID of the request; that of RID_PASID is no part of it (6.2.1). */
function pasidTag(bits: number): number {
  return (current.withPasid ? current.pasid : 0) | (bits << 20);
}

/** Whether a write through the page just found would find its dirty flags set. */
function isDirty(): boolean {
  if (isWrite(page.rights)) return true;
  const { type } = tags;
  const first = (type !== FIRST_STAGE && type !== NESTED) || firstStage.dirty;
  const second = (type !== SECOND_STAGE && type !== NESTED) || !secondStage.flags || secondStage.dirty;
  return first && second;
}
