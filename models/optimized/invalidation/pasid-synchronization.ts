/**
 * PASID-cache invalidation (6.5.2.2), in two ways: a unit drops what the descriptor names; an emulator reads
 * the tables again for every requester that it knows, and updates, adds or drops.
 */
import { locateContext, locateDirectory, locatePasidEntry } from '../scalable-tables.ts';
import { memory } from '../tables-memory.ts';
import { NOT_CACHED } from '../translation-caches.ts';
import type { TranslationUnit } from '../translation-unit.ts';
import { isPasidNamed } from './drop.ts';
import { type CachedEntries, domainOf } from './entry-caches.ts';
import type { KnownRequesters } from './known-requesters.ts';

const PASIDS = 0x08;

/** The entry that `locate` found: its index in memory, and half 0 of the directory entry. */
const found = { at: 0, directoryLow: 0 };
const NONE = -1;
/** The requester whose context entry was looked for last, and where it is; PASIDs of one device share it. */
const reached = { sourceId: NONE, context: NONE };

/** Drops the entries of a domain, of a PASID in it, or without `did` all. */
export function dropPasidEntries(entries: CachedEntries, did?: number, pasid?: number): void {
  if (did === undefined) {
    entries.pasid.clear();
    return;
  }
  for (let slot = 0; slot < entries.pasid.slots; slot++) {
    if (isPasidNamed(entries, slot, did, pasid)) entries.pasid.drop(slot);
  }
}

/** Entries that the descriptor names by the domain they are held for, or hold in memory now, become those of memory. */
export function synchronizePasidEntries(
  entries: CachedEntries,
  known: KnownRequesters,
  unit: TranslationUnit,
  rootHigh: number,
  rootLow: number,
  did?: number,
  pasid?: number,
): void {
  const { pasid: cache } = entries;
  reached.sourceId = NONE;
  for (let slot = 0; slot < cache.slots; slot++) {
    if (!(did === undefined ? cache.isFilled(slot) : isPasidNamed(entries, slot, did, pasid))) continue;
    if (locate(unit, rootHigh, rootLow, cache.tag(slot, 0), cache.tag(slot, 1))) {
      entries.putPasid(
        slot * cache.stride,
        memory.halves,
        found.at,
        found.directoryLow,
        domainOf(memory.halves, found.at),
      );
    } else cache.drop(slot);
  }
  for (let index = 0; index < known.count; index++) {
    const sourceId = known.sourceIds[index] as number;
    const ownPasid = known.pasids[index] as number;
    if (pasid !== undefined && pasid !== ownPasid) continue;
    if (cache.find(sourceId, ownPasid, 0, 0) !== NOT_CACHED) continue;
    if (!locate(unit, rootHigh, rootLow, sourceId, ownPasid)) continue;
    if (did === undefined || domainOf(memory.halves, found.at) === did) hold(entries, sourceId, ownPasid);
  }
}

function hold(entries: CachedEntries, sourceId: number, pasid: number): void {
  const { at, directoryLow } = found;
  entries.holdPasid(sourceId, pasid, memory.halves, at, directoryLow, domainOf(memory.halves, at));
}

/** Leaves the valid entry of requester and PASID in `found`; false when any entry on the way is at fault. */
function locate(
  unit: TranslationUnit,
  rootHigh: number,
  rootLow: number,
  sourceId: number,
  pasid: number,
): boolean {
  if (reached.sourceId !== sourceId) {
    reached.sourceId = sourceId;
    reached.context = locateContext(unit, memory, rootHigh, rootLow, sourceId);
  }
  const { context } = reached;
  if (context < 0) return false;
  const { halves } = memory;
  const contextLow = halves[context] as number;
  const isOwn = pasid === (unit.requesterPasid ? (halves[context + 2] as number) & 0xf_ffff : 0);
  if (!isOwn && (contextLow & PASIDS) === 0) return false;
  if (pasid >>> (((contextLow >>> 9) & 7) + 13) !== 0) return false;
  const directory = locateDirectory(unit, memory, context, pasid);
  if (directory < 0) return false;
  const at = locatePasidEntry(unit, memory, directory, pasid);
  if (at < 0) return false;
  found.at = at;
  found.directoryLow = halves[directory] as number;
  return true;
}
