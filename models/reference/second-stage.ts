/**
 * Second-stage translation (3.7, 9.8): from the top table down to a page, one level a step. Legacy and
 * scalable mode walk alike and differ in the conditions that they raise (Table 30); a first-stage table is
 * reached by the same walk as the final page, with other conditions for missing rights (3.8.1).
 */
import { bit, bits, extract } from '../../spec/bits.ts';
import { secondStageLayout } from '../../spec/layouts/second-stage.ts';
import { type Alternative, faults, named, withFaults } from './alternative.ts';
import { type FlagBits, type MutableFlagBits, type Need, noFlags, setFlags } from './flags.ts';
import { coveredBits, entryAddress } from './input-address.ts';
import { secondStageMasks } from './second-stage-masks.ts';
import { missingRights, type Purpose, withoutAnyRight } from './second-stage-purpose.ts';
import { secondStageRules } from './second-stage-rules.ts';
import { mayAccess, readPagingEntry, readWord, type Walk } from './walk.ts';

const READ = bit(0);
const WRITE = bit(1);
const PAGE_SIZE = bit(7);
const ACCESSED = bit(8);
const DIRTY = bit(9);
const SNOOP = bit(11);

/** What a root, context or PASID entry says about the second stage. */
export interface SecondStage {
  readonly mode: 'legacy' | 'scalable';
  /** Physical address of the top table. */
  readonly top: bigint;
  /** 3, 4 or 5. */
  readonly levels: number;
  /** EMTE of the PASID table entry: memory types in the leaf are looked at. */
  readonly memoryTypes: boolean;
  /** SSADE of the PASID table entry: accessed and dirty flags are kept. */
  readonly accessedDirty: boolean;
  /** Paging structures are snooped, so that flags can be set (3.10). */
  readonly snooped: boolean;
}

/** The page that was found. */
export interface StagePage {
  readonly address: bigint;
  /** log2 of its size. */
  readonly pageBits: number;
  readonly read: boolean;
  readonly write: boolean;
  /** SNP of the entry that maps it. */
  readonly snoop: boolean;
  readonly rules: readonly string[];
  /** Flags that are set when the page is used. */
  readonly required: FlagBits;
  /** The dirty flag of the page, whether it must be set or not; only of a first-stage table. */
  readonly dirty: FlagBits;
}

/** `page` is undefined when none is reached; `refused` tells that the request fails, with one of `faults`. */
export interface StageOutcome {
  readonly page: StagePage | undefined;
  readonly refused: boolean;
  readonly faults: readonly Alternative[];
}

/** The conditions of Table 30 by what happened. */
const conditions = {
  legacy: {
    topUnreadable: 'LCT.4.3',
    tableUnreadable: 'LSS.1',
    reserved: 'LSS.2',
    beyondWidth: 'LGN.1.1',
  },
  scalable: {
    topUnreadable: 'SSS.4',
    tableUnreadable: 'SSS.1',
    reserved: 'SSS.3',
    beyondWidth: 'SGN.5',
  },
} as const;

/** True when `address` is beyond the smaller of MGAW and AGAW (3.7). */
export function isBeyondWidth({ unit }: Walk, { levels }: SecondStage, address: bigint): boolean {
  return address >> BigInt(Math.min(unit.capabilities.MGAW + 1, coveredBits(levels))) !== 0n;
}

/** The condition raised by an address of the request beyond that width, if it is. */
export function beyondWidth(walk: Walk, stage: SecondStage): readonly string[] {
  return isBeyondWidth(walk, stage, walk.request.address) ? [conditions[stage.mode].beyondWidth] : [];
}

/** Everything that may come of `address` under `stage`. */
export function translateSecondStage(
  walk: Walk,
  stage: SecondStage,
  address: bigint,
  purpose: Purpose,
): StageOutcome {
  if (!isBeyondWidth(walk, stage, address)) {
    const required = stage.accessedDirty ? new Map() : undefined;
    return walkLevel({ walk, stage, address, purpose, required }, top(stage));
  }
  // The address is checked before the walk; that the top table is unreadable holds all the same (D1).
  const { beyondWidth: tooWide, topUnreadable } = conditions[stage.mode];
  const unreadable = readWord(walk, entryAddress(address, stage.top, stage.levels)) === undefined;
  const ids = unreadable ? [tooWide, topUnreadable] : [tooWide];
  return { page: undefined, refused: true, faults: faults(walk, ids) };
}

/** One walk. */
interface Course {
  readonly walk: Walk;
  readonly stage: SecondStage;
  readonly address: bigint;
  readonly purpose: Purpose;
  /** Accessed flags of the entries used so far, filled in on the way; undefined when none are kept. */
  readonly required: MutableFlagBits | undefined;
}

/** A walk that has come down to `level`. */
interface Progress {
  readonly level: number;
  readonly table: bigint;
  /** Rights that every entry so far grants. */
  readonly read: boolean;
  readonly write: boolean;
  /** Faults that may be raised for what the levels above showed. */
  readonly admitted: readonly Alternative[];
  /** True when the request is blocked for sure, whatever the levels below hold. */
  readonly refused: boolean;
  /** Bits that are set in entries used so far and that hardware does not look at. */
  readonly ignored: bigint;
}

const top = (stage: SecondStage): Progress => ({
  level: stage.levels,
  table: stage.top,
  read: true,
  write: true,
  admitted: [],
  refused: false,
  ignored: 0n,
});

function walkLevel(course: Course, progress: Progress): StageOutcome {
  const { walk, stage } = course;
  const { level, table } = progress;
  const names = conditions[stage.mode];
  const at = entryAddress(course.address, table, level);

  // 1. Read the entry.
  const entry = readPagingEntry(walk, 'second-stage', level, course.address, at);
  if (entry === undefined) {
    const condition = level === stage.levels ? names.topUnreadable : names.tableUnreadable;
    return stop(course, progress, at, undefined, [condition]);
  }

  // 2. An entry that grants nothing is not used at all; nothing else in it counts.
  if ((entry & (READ | WRITE)) === 0n)
    return stop(course, progress, at, entry, withoutAnyRight(course.stage, course.purpose));
  if (stage.accessedDirty) mayAccess(walk, at, ACCESSED);

  // 3. Rights add up over the levels. When they run out, the levels below may still be looked at (D5).
  const read = progress.read && (entry & READ) !== 0n;
  const write = progress.write && (entry & WRITE) !== 0n;
  const missing = missingRights(course.stage, course.purpose, read, write);

  // 4. Reserved bits; no order between them and the rights of the same entry (D1).
  const masks = secondStageMasks(walk.unit, level, entry, stage.accessedDirty);
  if ((entry & masks.reserved) !== 0n) {
    return stop(course, progress, at, entry, [names.reserved, ...missing.ids]);
  }
  const open = (entry & masks.open) !== 0n || hasOpenMemoryType(course, level, at, entry);

  // 5. The accessed flag can't be set where the walk is not snooped (3.10).
  const unset = unsettable(course, at, entry, ACCESSED);
  const wrong =
    unset === 'no' && !open
      ? missing.ids
      : [...missing.ids, ...(unset === 'no' ? [] : ['SSS.5']), ...(open ? [names.reserved] : [])];
  const next: Progress = {
    level: level - 1,
    table: entry & masks.address,
    read,
    write,
    admitted: withFaults(walk, wrong, progress.admitted),
    refused: progress.refused || missing.certain || unset === 'yes',
    ignored: progress.ignored | (entry & masks.ignored),
  };
  if (course.required !== undefined) setFlags(course.required, at, ACCESSED);

  // 6. A table leads on, a page ends the walk.
  if (!isPage(level, entry)) {
    observe(walk, level, at, entry, () => `table at 0x${next.table.toString(16)}`);
    return walkLevel(course, next);
  }
  return finish(course, next, at, entry);
}

/** The page that `leaf` at `at` maps is found, unless rights are missing or a flag of it can't be set. */
function finish(course: Course, progress: Progress, at: bigint, leaf: bigint): StageOutcome {
  const { walk, stage, purpose } = course;
  const { read, write } = progress;
  const level = progress.level + 1;
  const pageBits = coveredBits(level - 1);
  const address = progress.table | (course.address & bits(pageBits - 1, 0));

  // 7. The dirty flag is set for a write that goes through (3.7.2).
  const sets = stage.accessedDirty && purpose.access.dirty && write;
  const couldSet = stage.accessedDirty && purpose.isTable;
  const unset = sets || couldSet ? unsettable(course, at, leaf, DIRTY) : 'no';
  const admitted = unset === 'no' ? progress.admitted : withFaults(walk, ['SSS.5'], progress.admitted);
  const refused = progress.refused || (sets && unset === 'yes');
  observe(walk, level, at, leaf, () =>
    refused ? named(admitted) : `page, output 0x${address.toString(16)}`,
  );
  if (sets && course.required !== undefined) setFlags(course.required, at, DIRTY);
  return {
    page: {
      address,
      pageBits,
      read,
      write,
      snoop: walk.unit.capabilities.SC === 1 && (leaf & SNOOP) !== 0n,
      rules: secondStageRules(progress.ignored, leaf, level),
      required: course.required ?? noFlags,
      dirty: couldSet ? new Map([[at, DIRTY]]) : noFlags,
    },
    refused,
    faults: admitted,
  };
}

function stop(
  { walk }: Course,
  progress: Progress,
  address: bigint,
  entry: bigint | undefined,
  ids: readonly string[],
): StageOutcome {
  observe(walk, progress.level, address, entry, () => ids.join(' or '));
  return { page: undefined, refused: true, faults: withFaults(walk, ids, progress.admitted) };
}

/** Whether `flag` is to be set where it can't be, because the walk is not snooped (3.10). */
function unsettable({ walk, stage }: Course, at: bigint, entry: bigint, flag: bigint): Need {
  return stage.accessedDirty && !stage.snooped ? walk.flags.need(at, entry, flag) : 'no';
}

/** Memory types 2, 3 and 7 are reserved; whether hardware faults on them is not stated. */
function hasOpenMemoryType({ walk, stage }: Course, level: number, at: bigint, entry: bigint): boolean {
  const looksAtType = walk.unit.capabilities.MTS === 1 && stage.memoryTypes && isPage(level, entry);
  if (!looksAtType) return false;
  return [2n, 3n, 7n].includes(extract(entry, 5, 3)) || extract(walk.flags.uncertain(at), 5, 3) !== 0n;
}

function isPage(level: number, entry: bigint): boolean {
  return level === 1 || (entry & PAGE_SIZE) !== 0n;
}

function observe(
  { observe: tell }: Walk,
  level: number,
  address: bigint,
  entry: bigint | undefined,
  verdict: () => string,
): void {
  tell?.({
    name:
      entry === undefined ? `second-stage table of level ${level}` : secondStageLayout(level, entry).title,
    address,
    words: entry === undefined ? undefined : [entry],
    verdict: verdict(),
  });
}
