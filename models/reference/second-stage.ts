/**
 * Second-stage translation (3.7, 9.8): from the top table down to a page, one level a step. Legacy and
 * scalable mode walk alike and differ in the conditions that they raise (Table 30).
 */
import { bit, extract } from '../../spec/bits.ts';
import { secondStageLayout } from '../../spec/layouts/second-stage.ts';
import { type Alternative, blocked, translated } from './alternative.ts';
import { secondStageMasks } from './second-stage-masks.ts';
import { secondStageRules } from './second-stage-rules.ts';
import type { Walk } from './walk.ts';

const READ = bit(0);
const WRITE = bit(1);
const PAGE_SIZE = bit(7);

/** What a root, context or PASID entry says about the second stage. */
export interface SecondStage {
  readonly mode: 'legacy' | 'scalable';
  /** Physical address of the top table. */
  readonly top: bigint;
  /** 3, 4 or 5. */
  readonly levels: number;
  /** EMTE of the PASID table entry: memory types in the leaf are looked at. */
  readonly memoryTypes: boolean;
}

/** The conditions of Table 30 by what happened. */
const conditions = {
  legacy: {
    topUnreadable: 'LCT.4.3',
    tableUnreadable: 'LSS.1',
    reserved: 'LSS.2',
    beyondWidth: 'LGN.1.1',
    write: 'LGN.2',
    read: 'LGN.3',
    interruptRange: 'LGN.4',
  },
  scalable: {
    topUnreadable: 'SSS.4',
    tableUnreadable: 'SSS.1',
    reserved: 'SSS.3',
    beyondWidth: 'SGN.5',
    write: 'SGN.6',
    read: 'SGN.7',
    interruptRange: 'SGN.8.1',
  },
} as const;

/** Bits of input address that `levels` levels of tables cover (AGAW, 3.7). */
export function coveredBits(levels: number): number {
  return 12 + 9 * levels;
}

/** The condition raised by an input address beyond the smaller of MGAW and AGAW (3.7), if it is. */
export function beyondWidth(walk: Walk, { mode, levels }: SecondStage): readonly string[] {
  const limit = Math.min(walk.unit.capabilities.MGAW + 1, coveredBits(levels));
  return walk.request.address >> BigInt(limit) === 0n ? [] : [conditions[mode].beyondWidth];
}

/** Everything that may come of the request's address under `stage`. */
export function translateSecondStage(walk: Walk, stage: SecondStage): readonly Alternative[] {
  const [tooWide] = beyondWidth(walk, stage);
  if (tooWide === undefined) {
    return walkLevel(walk, stage, {
      level: stage.levels,
      table: stage.top,
      read: true,
      write: true,
      admitted: [],
      refused: false,
      entries: [],
    });
  }
  // The address is checked before the walk; that the top table is unreadable holds all the same (D1).
  const faults = [blocked(tooWide, walk.fpd)];
  const unreadable = walk.memory.read(entryAddress(walk, stage.top, stage.levels)) === undefined;
  return unreadable ? [...faults, blocked(conditions[stage.mode].topUnreadable, walk.fpd)] : faults;
}

/** A walk that has come down to `level`. */
interface Progress {
  readonly level: number;
  readonly table: bigint;
  /** Rights that every entry so far grants. */
  readonly read: boolean;
  readonly write: boolean;
  /** Answers that may be given for what the levels above showed. */
  readonly admitted: readonly Alternative[];
  /** True when the request is blocked for sure, whatever the levels below hold. */
  readonly refused: boolean;
  /** Entries used so far, the top one first. */
  readonly entries: readonly bigint[];
}

function walkLevel(walk: Walk, stage: SecondStage, progress: Progress): readonly Alternative[] {
  const { level, table } = progress;
  const names = conditions[stage.mode];
  const address = entryAddress(walk, table, level);

  // 1. Read the entry.
  const entry = walk.memory.read(address);
  if (entry === undefined) {
    const condition = level === stage.levels ? names.topUnreadable : names.tableUnreadable;
    return stop(walk, progress, address, undefined, [condition]);
  }

  // 2. An entry that grants nothing is not used at all; nothing else in it counts.
  if ((entry & (READ | WRITE)) === 0n) {
    const condition = stage.mode === 'legacy' ? names[walk.request.op] : 'SSS.2';
    return stop(walk, progress, address, entry, [condition]);
  }

  // 3. Rights add up over the levels. When they run out, the levels below may still be looked at (D5).
  const read = progress.read && (entry & READ) !== 0n;
  const write = progress.write && (entry & WRITE) !== 0n;
  const missing = missingRights(walk, stage, read, write);

  // 4. Reserved bits; no order between them and the rights of the same entry (D1).
  const masks = secondStageMasks(walk.unit, level, entry);
  if ((entry & masks.reserved) !== 0n) {
    return stop(walk, progress, address, entry, [names.reserved, ...missing]);
  }
  const open = (entry & masks.open) !== 0n || hasOpenMemoryType(walk, stage, level, entry);
  const next: Progress = {
    level: level - 1,
    table: entry & masks.address,
    read,
    write,
    admitted: [
      ...[...missing, ...(open ? [names.reserved] : [])].map((condition) => blocked(condition, walk.fpd)),
      ...progress.admitted,
    ],
    refused: progress.refused || missing.length > 0,
    entries: [...progress.entries, entry],
  };

  // 5. A table leads on, a page ends the walk.
  if (!isPage(level, entry)) {
    observe(walk, level, address, entry, `table at 0x${next.table.toString(16)}`);
    return walkLevel(walk, stage, next);
  }
  return finish(walk, stage, next, address);
}

/** The page is found: the output address, unless it is an interrupt address or rights are missing. */
function finish(walk: Walk, stage: SecondStage, progress: Progress, at: bigint): readonly Alternative[] {
  const level = progress.level + 1;
  const pageBits = coveredBits(level - 1);
  const entry = progress.entries.at(-1) ?? 0n;
  const address = progress.table | extract(walk.request.address, pageBits - 1, 0);
  const interrupt = isInterruptAddress(address) ? [conditions[stage.mode].interruptRange] : [];
  const faults = [...progress.admitted, ...interrupt.map((condition) => blocked(condition, walk.fpd))];
  const mayPass = !progress.refused && interrupt.length === 0;
  const verdict = mayPass
    ? `page, output 0x${address.toString(16)}`
    : faults.map((fault) => (fault.outcome === 'blocked' ? fault.condition.id : '')).join(' or ');
  observe(walk, level, at, entry, verdict);
  if (!mayPass) return faults;
  const { read, write, entries } = progress;
  const rules = secondStageRules(entries, level, walk.unit);
  return [translated({ rules, address, pageBits, read, write }), ...faults];
}

function stop(
  walk: Walk,
  progress: Progress,
  address: bigint,
  entry: bigint | undefined,
  ids: readonly string[],
): readonly Alternative[] {
  observe(walk, progress.level, address, entry, ids.join(' or '));
  return [...ids.map((id) => blocked(id, walk.fpd)), ...progress.admitted.filter(isBlocked)];
}

/** Conditions of a request whose right is no longer granted by all entries (3.7.1, SSS.2, SGN.6, SGN.7). */
function missingRights(walk: Walk, stage: SecondStage, read: boolean, write: boolean): readonly string[] {
  const { op } = walk.request;
  if (op === 'read' ? read : write) return [];
  const condition = conditions[stage.mode][op];
  return stage.mode === 'scalable' && !read && !write ? ['SSS.2', condition] : [condition];
}

/** Memory types 2, 3 and 7 are reserved; whether hardware faults on them is not stated. */
function hasOpenMemoryType({ unit }: Walk, stage: SecondStage, level: number, entry: bigint): boolean {
  const looksAtType = unit.capabilities.MTS === 1 && stage.memoryTypes && isPage(level, entry);
  return looksAtType && [2n, 3n, 7n].includes(extract(entry, 5, 3));
}

function isPage(level: number, entry: bigint): boolean {
  return level === 1 || (entry & PAGE_SIZE) !== 0n;
}

/** FEEx_xxxxh (3.15). */
export function isInterruptAddress(address: bigint): boolean {
  return address >> 20n === 0xfeen;
}

/** The entry of `table` that the nine address bits of `level` select (3.7, Table 4). */
function entryAddress({ request }: Walk, table: bigint, level: number): bigint {
  const low = coveredBits(level - 1);
  return table + 8n * extract(request.address, low + 8, low);
}

function isBlocked(alternative: Alternative): boolean {
  return alternative.outcome === 'blocked';
}

function observe(
  { observe: tell }: Walk,
  level: number,
  address: bigint,
  entry: bigint | undefined,
  verdict: string,
): void {
  tell?.({
    name:
      entry === undefined ? `second-stage table of level ${level}` : secondStageLayout(level, entry).title,
    address,
    words: entry === undefined ? undefined : [entry],
    verdict,
  });
}
