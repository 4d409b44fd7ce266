/**
 * First-stage translation (3.6, 9.7), alone or nested (3.8): from the top table down to a page, one level a
 * step. Where a table lies is asked of the memory that the tables are seen through (table-memory.ts), which
 * is host memory, or under nesting guest memory behind the second stage.
 */
import { bit, bits, extract } from '../../spec/bits.ts';
import { firstStageLayout } from '../../spec/layouts/first-stage.ts';
import { type Alternative, faults, named, withFaults } from './alternative.ts';
import { firstStageMasks } from './first-stage-masks.ts';
import { firstStageRules } from './first-stage-rules.ts';
import { addFlags, type FlagBits, type MutableFlagBits, type Need, noFlags, setFlags } from './flags.ts';
import { coveredBits, entryAddress } from './input-address.ts';
import type { Access } from './request.ts';
import { isBeyondWidth, type SecondStage } from './second-stage.ts';
import { locateTable, type TablePlace } from './table-memory.ts';
import { mayAccess, readPagingEntry, readWord, type Walk } from './walk.ts';

const PRESENT = bit(0);
const WRITE = bit(1);
const USER = bit(2);
const ACCESSED = bit(5);
const DIRTY = bit(6);
const PAGE_SIZE = bit(7);
const EXTENDED_ACCESSED = bit(10);

/** What a PASID table entry says about the first stage. */
export interface FirstStage {
  /** Address of the top table; guest-physical under nesting. */
  readonly top: bigint;
  /** 4 or 5. */
  readonly levels: number;
  /** EAFE. */
  readonly extendedAccessed: boolean;
  /** WPE: write permission counts for supervisor requests too. */
  readonly writeProtect: boolean;
  /** The request has supervisor privilege (PR, or RID_PRIV for a request without PASID). */
  readonly privileged: boolean;
  /** Paging structures are snooped, so that flags can be set (3.10). */
  readonly snooped: boolean;
  /** The second stage under it; undefined without nesting. */
  readonly nested: SecondStage | undefined;
}

/** The page that was found. */
export interface FirstStagePage {
  /** Output address; guest-physical under nesting. */
  readonly address: bigint;
  readonly pageBits: number;
  /** The request may write, as far as the first stage goes. */
  readonly write: boolean;
  /** R/W is set in every entry. */
  readonly writable: boolean;
  readonly rules: readonly string[];
  /** Flags that are set when the page is used. */
  readonly required: FlagBits;
  /** The dirty flag of the page, if the access sets it, and what prevents that it is set. */
  readonly dirty: FlagBits;
  readonly dirtyFaults: Obstacle;
  /** Dirty flags of the second-stage entry that maps the last table: set when a flag there is set (D22). */
  readonly tableDirty: FlagBits;
}

/** `page` is undefined when no page can be reached; `refused` tells that the request fails even so. */
export interface FirstStageOutcome {
  readonly page: FirstStagePage | undefined;
  readonly refused: boolean;
  readonly faults: readonly Alternative[];
}

/** Conditions that may, or for sure do, prevent that a flag is set. */
interface Obstacle {
  readonly ids: readonly string[];
  readonly certain: boolean;
}

interface Progress {
  readonly level: number;
  readonly table: bigint;
  /** What every entry so far grants. */
  readonly user: boolean;
  readonly writable: boolean;
  readonly admitted: readonly Alternative[];
  readonly refused: boolean;
  /** Bits that are set in entries used so far and that hardware does not look at. */
  readonly ignored: bigint;
  /** Filled in on the way down. */
  readonly required: MutableFlagBits;
}

/** The entry that ends a walk, and where it was read from. */
interface Leaf {
  readonly at: bigint;
  readonly entry: bigint;
  readonly place: TablePlace;
}

/** Everything that may come of the request's address under `stage`. */
export function walkFirstStage(walk: Walk, stage: FirstStage, access: Access): FirstStageOutcome {
  const start: Progress = {
    level: stage.levels,
    table: stage.top,
    user: true,
    writable: true,
    admitted: [],
    refused: false,
    ignored: 0n,
    required: new Map(),
  };
  if (isCanonical(walk.request.address, coveredBits(stage.levels)))
    return walkLevel(walk, stage, access, start);

  // The address is checked before the walk; that the top table can't be read holds all the same (D1).
  const at = entryAddress(walk.request.address, stage.top, stage.levels);
  const place = locateTable(walk, stage, at, true);
  const unreadable = place.address !== undefined && readWord(walk, place.address) === undefined;
  return {
    page: undefined,
    refused: true,
    faults: [...faults(walk, unreadable ? ['SGN.1', 'SFS.4'] : ['SGN.1']), ...place.faults],
  };
}

/** Bits 63:width equal bit width-1 (3.6). */
export function isCanonical(address: bigint, width: number): boolean {
  const above = extract(address, 63, width - 1);
  return above === 0n || above === bits(64 - width, 0);
}

function walkLevel(walk: Walk, stage: FirstStage, access: Access, progress: Progress): FirstStageOutcome {
  const { level } = progress;
  const isTop = level === stage.levels;

  // 1. Find and read the entry.
  const place = locateTable(walk, stage, entryAddress(walk.request.address, progress.table, level), isTop);
  const before = place.faults.length === 0 ? progress.admitted : [...place.faults, ...progress.admitted];
  if (place.address === undefined) return { page: undefined, refused: true, faults: before };
  const at = place.address;
  // Under SSADE the table is reached with the right to write, so that D of its page may be set already (D22).
  addFlags(walk.traces.accessed, place.dirty);
  const entry = readPagingEntry(walk, 'first-stage', level, walk.request.address, at);
  if (entry === undefined) return stop(walk, level, before, at, undefined, [isTop ? 'SFS.4' : 'SFS.1']);

  // 2. Nothing but the present bit counts in an entry that is not present.
  if ((entry & PRESENT) === 0n) return stop(walk, level, before, at, entry, ['SFS.2']);
  const flags = ACCESSED | (stage.extendedAccessed ? EXTENDED_ACCESSED : 0n);
  mayAccess(walk, at, flags);

  // 3. Rights add up over the levels; the levels below may still be looked at when they run out (D5).
  const user = progress.user && (entry & USER) !== 0n;
  const writable = progress.writable && (entry & WRITE) !== 0n;
  const missing = missingRights(stage, access, user, writable);

  // 4. Reserved bits, and under nesting an address that the second stage does not reach (D4).
  const masks = firstStageMasks(walk.unit, level, entry);
  const next = entry & masks.address;
  const hasReserved = (entry & masks.reserved) !== 0n;
  const isBeyond = stage.nested !== undefined && isBeyondWidth(walk, stage.nested, next);
  const wrong = [...(hasReserved ? ['SFS.3'] : []), ...(isBeyond ? ['SFS.5', 'SGN.5'] : [])];
  if (wrong.length > 0) return stop(walk, level, before, at, entry, [...wrong, ...missing]);

  // 5. Flags that are to be set and can't be (3.10, 3.8.1).
  const need = walk.flags.need(at, entry, flags);
  const unset = obstacle(stage, place.write, need);
  const open = (entry & masks.open) !== 0n ? ['SFS.3'] : [];
  const doubts = [...missing, ...unset.ids, ...open];
  const after: Progress = {
    level: level - 1,
    table: next,
    user,
    writable,
    admitted: withFaults(walk, doubts, before),
    refused: progress.refused || place.refused || missing.length > 0 || unset.certain,
    ignored: progress.ignored | (entry & masks.ignored),
    required: progress.required,
  };
  setFlags(after.required, at, flags);
  addFlags(after.required, place.required);
  if (need === 'yes') addFlags(after.required, place.dirty);

  // 6. A table leads on, a page ends the walk.
  const isPage = level === 1 || (level <= 3 && (entry & PAGE_SIZE) !== 0n);
  if (!isPage) {
    observe(walk, level, at, entry, () => `table at 0x${next.toString(16)}`);
    return walkLevel(walk, stage, access, after);
  }
  return finish(walk, stage, access, after, { at, entry, place });
}

/** The page that a leaf maps is found; whether its dirty flag can be set is told beside it. */
function finish(
  walk: Walk,
  stage: FirstStage,
  access: Access,
  progress: Progress,
  { at, entry, place }: Leaf,
): FirstStageOutcome {
  const { writable, refused, admitted: faults } = progress;
  const level = progress.level + 1;
  const pageBits = coveredBits(level - 1);
  const address = progress.table | (walk.request.address & bits(pageBits - 1, 0));
  observe(walk, level, at, entry, () => (refused ? named(faults) : `page, output 0x${address.toString(16)}`));
  const needsDirty = walk.flags.need(at, entry, DIRTY);
  const page = {
    address,
    pageBits,
    write: writable || (stage.privileged && !stage.writeProtect),
    writable,
    rules: firstStageRules(progress.ignored, level),
    required: progress.required,
    dirty: access.dirty ? new Map([[at, DIRTY]]) : noFlags,
    dirtyFaults: obstacle(stage, place.write, needsDirty),
    tableDirty: needsDirty === 'yes' ? place.dirty : noFlags,
  };
  return { page, refused, faults };
}

function stop(
  walk: Walk,
  level: number,
  admitted: readonly Alternative[],
  at: bigint,
  entry: bigint | undefined,
  ids: readonly string[],
): FirstStageOutcome {
  observe(walk, level, at, entry, () => ids.join(' or '));
  return { page: undefined, refused: true, faults: withFaults(walk, ids, admitted) };
}

const nothing: readonly string[] = [];
const noObstacle: Obstacle = { ids: nothing, certain: false };

/** 3.6.1. A read needs no more than a translation; a translation request gets the rights that there are. */
function missingRights(
  { privileged, writeProtect }: FirstStage,
  access: Access,
  user: boolean,
  writable: boolean,
): readonly string[] {
  if (user && writable) return nothing;
  const noUser = !privileged && !user ? ['SGN.2'] : [];
  const noWrite = access.write && !writable && (!privileged || writeProtect) ? ['SGN.6'] : [];
  return [...noUser, ...noWrite];
}

/** Why a flag that is needed can't be set: the walk is not snooped, or its page can't be written (D4). */
function obstacle(stage: FirstStage, tableWrite: boolean, need: Need): Obstacle {
  if (need === 'no') return noObstacle;
  const ids = [...(stage.snooped ? [] : ['SFS.9']), ...(tableWrite ? [] : ['SFS.8', 'SGN.6'])];
  return { ids, certain: need === 'yes' && ids.length > 0 };
}

function observe(
  { observe: tell }: Walk,
  level: number,
  address: bigint,
  entry: bigint | undefined,
  verdict: () => string,
): void {
  tell?.({
    name: entry === undefined ? `first-stage table of level ${level}` : firstStageLayout(level, entry).title,
    address,
    words: entry === undefined ? undefined : [entry],
    verdict: verdict(),
  });
}
