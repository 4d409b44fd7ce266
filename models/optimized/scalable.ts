/** Scalable mode: root and context entry, PASID directory and table, and what PGTT says (3.4.3). */
import { current, missingRight, PAGE_REQUEST, TRANSLATED, TRANSLATION } from './current-request.ts';
import { directoryFault, pasidFault, rootHalfFault, scalableContextFault } from './entry-faults.ts';
import { firstStage, secondStageDirty, walkFirstStage } from './first-stage.ts';
import { walkHostPermission } from './host-permission.ts';
import { isInterruptPage, page } from './paging.ts';
import { passThrough } from './pass-through.ts';
import { FOUND, useSecondStage, walkSecondStage } from './second-stage.ts';
import { rightsFault, scalableFault } from './stage-faults.ts';
import { INTERRUPT_COMPLETION, meetEntry, memory, pointerLow } from './tables-memory.ts';
import { caching, NOT_CACHED } from './translation-caches.ts';
import type { TranslationUnit } from './translation-unit.ts';

const DEVICE_TLB = 0x04;
const PASIDS = 0x08;
const PAGE_REQUESTS = 0x10;
const HOST_PERMISSIONS = 0x20;
const TRANSLATED_PASIDS = 0x40;

/** PGSNP of the PASID table entry that was used last: the N bit of completions. */
export const snoopForced = { value: false };

/** Translates the current request from the root table at `rootHigh`:`rootLow`; 0 or a fault code. */
export function translateScalable(unit: TranslationUnit, rootHigh: number, rootLow: number): number {
  const { entries } = unit;
  const { kind, sourceId, withPasid } = current;
  const { entries: caches } = caching;
  let fault = 0;
  let context = caches === undefined ? NOT_CACHED : caches.findContext();
  if (context === NOT_CACHED) {
    const { halves } = memory;
    // Devices 16 to 31 have the upper half of the root entry and a context table of their own.
    const root = memory.locate(rootHigh, rootLow + 16 * (sourceId >>> 8));
    if (root < 0) return 0x38;
    const half = root + ((sourceId & 0x80) === 0 ? 0 : 2);
    fault = rootHalfFault(entries, halves, half);
    if (fault !== 0) return fault;
    const contextTable = pointerLow(halves, half);
    const at = memory.locate(halves[half + 1] as number, contextTable + 32 * (sourceId & 0x7f));
    if (at < 0) return 0x40;
    context = caches === undefined ? at : caches.readContext(at, 8);
  }
  const words = caches === undefined ? memory.halves : caches.words;
  const contextLow = words[context] as number;
  const requester = words[context + 2] as number;
  meetEntry(contextLow);
  fault = scalableContextFault(entries, words, context, withPasid && kind < TRANSLATED);
  if (fault === 0) {
    fault = requestFault(unit, contextLow, requester);
    if (fault !== 0) return fault;
  }
  if (caches !== undefined) caches.keepContext(fault);
  if (fault !== 0) return fault;
  if (kind === TRANSLATION && !withPasid && current.high === 0 && current.low >>> 20 === 0xfee)
    return INTERRUPT_COMPLETION;
  if (kind === TRANSLATED && (contextLow & HOST_PERMISSIONS) === 0) return passThrough(unit, 0x83, 0x87);

  const requesterPasid = unit.requesterPasid ? requester & 0xf_ffff : 0;
  if (!withPasid) current.privileged = unit.requesterPrivilege && (requester & 0x10_0000) !== 0;
  const pasid = withPasid ? current.pasid : requesterPasid;
  const entry = pasidEntry(unit, words[context + 1] as number, pointerLow(words, context), pasid);
  return entry < 0 ? -entry : translateByEntry(unit, words, entry);
}

/** Index in the words in use of the valid entry of `pasid`, or a fault code with its sign changed. */
function pasidEntry(
  { entries }: TranslationUnit,
  directoryHigh: number,
  directoryLow: number,
  pasid: number,
): number {
  const { entries: caches } = caching;
  let entry = caches === undefined ? NOT_CACHED : caches.findPasid(pasid);
  if (entry === NOT_CACHED) {
    const { halves } = memory;
    const address = directoryLow + 8 * (pasid >>> 6);
    const carry = address > 0xffff_ffff ? 1 : 0;
    const directory = memory.locate(directoryHigh + carry, address >>> 0);
    if (directory < 0) return -0x50;
    meetEntry(halves[directory] as number);
    const fault = directoryFault(entries, halves, directory);
    if (fault !== 0) return -fault;
    const pasidTable = pointerLow(halves, directory);
    const at = memory.locate(halves[directory + 1] as number, pasidTable + 64 * (pasid & 63));
    if (at < 0) return -0x58;
    entry = caches === undefined ? at : caches.readPasid(at, halves[directory] as number);
  }
  const words = caches === undefined ? memory.halves : caches.words;
  meetEntry(words[entry] as number);
  const fault = pasidFault(entries, words, entry);
  if (caches !== undefined) caches.keepPasid(fault);
  return fault === 0 ? entry : -fault;
}

/** What the context entry says of a request of this kind (SCT.5 to SCT.10, SGN.10). */
function requestFault(unit: TranslationUnit, contextLow: number, requester: number): number {
  const { kind, withPasid, pasid } = current;
  const isAts = kind === TRANSLATION || kind === TRANSLATED;
  if (isAts && (contextLow & DEVICE_TLB) === 0) return 0x44;
  if (withPasid) {
    if (kind !== TRANSLATED && (contextLow & PASIDS) === 0) return 0x45;
    if (kind === TRANSLATED && (contextLow & TRANSLATED_PASIDS) === 0) return 0x49;
    if (pasid >>> (((contextLow >>> 9) & 7) + 13) !== 0) return 0x46;
    if (unit.requesterPasid && pasid === (requester & 0xf_ffff)) return 0x48;
    if (kind !== PAGE_REQUEST && pasid >>> unit.pasidBits !== 0) return 0x89;
  }
  return kind === PAGE_REQUEST && (contextLow & PAGE_REQUESTS) === 0 ? 0x47 : 0;
}

/** From the valid PASID table entry at `entry` on. */
function translateByEntry(unit: TranslationUnit, words: Uint32Array, entry: number): number {
  const { kind } = current;
  if (kind === PAGE_REQUEST) return 0;
  if (kind === TRANSLATED) return checkTranslated(unit, words, entry);
  const flags = words[entry + 4] as number;
  if (current.privileged && (flags & 1) === 0) return 0x5d;
  const low = words[entry] as number;
  const snoop = words[entry + 2] as number;
  const snooped = (snoop & 0x80_0000) !== 0;
  snoopForced.value = (snoop & 0x100_0000) !== 0;
  const type = (low >>> 6) & 7;
  if (type === 4) return passThrough(unit, 0x83, kind === TRANSLATION ? 0 : 0x87);
  if (type !== 1) {
    const topHigh = words[entry + 1] as number;
    const levels = 2 + ((low >>> 2) & 7);
    useSecondStage(unit, levels, topHigh, pointerLow(words, entry), (low & 0x200) !== 0, snooped);
  }
  if (type === 2) return translateBySecondStage(unit);
  firstStage.levels = 4 + ((flags >>> 2) & 3);
  firstStage.topHigh = words[entry + 5] as number;
  firstStage.topLow = pointerLow(words, entry + 4);
  firstStage.nested = type === 3;
  firstStage.protect = (flags & 0x10) !== 0;
  firstStage.extended = (flags & 0x80) !== 0;
  firstStage.snooped = snooped;
  return walkFirstStage(unit, memory);
}

function translateBySecondStage(unit: TranslationUnit): number {
  const end = walkSecondStage(unit, memory, current.high, current.low);
  if (end !== FOUND) return scalableFault(end);
  if (page.rights === 0) return 0x79;
  const fault = rightsFault(missingRight(page.rights));
  if (fault !== 0) return fault;
  return isInterruptPage(current.kind === TRANSLATION) ? 0x87 : secondStageDirty();
}

/** Host permission table (4.2.4). */
function checkTranslated(unit: TranslationUnit, words: Uint32Array, entry: number): number {
  const fault = passThrough(unit, 0x83, 0x87);
  if (fault !== 0) return fault;
  const size = (words[entry + 8] as number) & 3;
  if (current.high >>> (17 + size) !== 0) return 0x60;
  return walkHostPermission(unit, memory, words[entry + 9] as number, pointerLow(words, entry + 8));
}
