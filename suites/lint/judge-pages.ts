/**
 * The paging entries of one device, row by row (9.7, 9.8): reserved bits under the stage and the unit that the table
 * belongs to, and whether a row can be a walk at all. Where the stage or the unit is not known, an entry is wrong
 * when it is wrong for each that it may be.
 */
import { supportsAddressWidth } from '../../models/reference/entry-checks.ts';
import { bits } from '../../spec/bits.ts';
import type { DeviceRecord, PageRecord } from '../../spec/dumps.ts';
import { requester, shortHex } from '../../spec/hex.ts';
import { levelOf, type Report } from './finding.ts';
import type { Owner, Stage } from './known-tables.ts';
import { folderOf, isAbove, nearest } from './nearest.ts';
import { PagingChecks } from './paging-checks.ts';
import { isOfInterrupts } from './table-address.ts';
import type { KnownUnit, Survey } from './units.ts';

const LEVELS = 5;
const INDEX_BITS = 9n;
const PAGE_BITS = 12n;
const ADDRESS = bits(51, 12);
const PAGE_SIZE = 1n << 7n;
const WIDEST_INPUT = 64;

/** What a table may be: its checks under one unit and stage. */
export interface TableKind {
  readonly known: KnownUnit;
  readonly stage: Stage;
  readonly legacy: boolean;
  /**
   * Linux walks a first-stage table as if it had as many levels as AW says, not FSPM: where a row has another number
   * than this, its entries stand in wrong columns. Undefined where any may be right.
   */
  readonly levels: 4 | 5 | undefined;
  /** AW by which a second-stage table is read, where it is known. */
  readonly aw?: number | undefined;
}

export class PageJudge {
  readonly #file: string;
  readonly #report: Report;
  readonly #subject: string;
  readonly #kinds: readonly TableKind[];
  readonly #checks: readonly PagingChecks[];
  readonly #guestBits: number;
  /** False without a heading: the next row may be of another device. */
  readonly #isOneTable: boolean;
  #last: PageRecord | undefined;
  #lastEnd = 0n;

  constructor(survey: Survey, file: string, device: DeviceRecord, report: Report) {
    this.#file = file;
    this.#report = report;
    const { sourceId, pasid, table } = device;
    this.#isOneTable = sourceId !== undefined || table !== 0n;
    const name = sourceId === undefined ? `table ${shortHex(table)}` : requester(sourceId);
    this.#subject = pasid === undefined ? name : `${name}, PASID ${pasid}`;
    const kinds = kindsOf(survey, file, device).filter(({ known }) => !known.isExtended);
    this.#kinds = kinds;
    this.#checks = kinds.map((kind) => new PagingChecks(kind));
    this.#guestBits = Math.max(...kinds.map(guestBits));
  }

  /**
   * Of a device with one entry; in pass-through older kernels show a table that nobody uses. An address that no table
   * can have, and a type that does not use it, are named at the entry.
   */
  judgeTable(survey: Survey, { sourceId, table }: DeviceRecord, line: number): void {
    const near = (sourceId === undefined ? [] : survey.tables.ownersOf(sourceId)).filter(({ file }) =>
      isAbove(folderOf(file), folderOf(this.#file)),
    );
    const isUsed =
      survey.tables.uses(table).length > 0 ||
      survey.tables.usesBelow(table) ||
      near.some((owner) => mayPoint(survey, owner, table));
    if (near.length > 0 && !isUsed && !survey.machines.isShared(this.#file))
      this.#tell('lint.row.table', line, `no entry of the device points to ${shortHex(table)}`, []);
  }

  /** Units that the table may be of. */
  get units(): readonly KnownUnit[] {
    return this.#kinds.map(({ known }) => known);
  }

  add(record: PageRecord, line: number): void {
    const { path, pageNumber } = record;
    if (this.#checks.length === 0 || this.#isMisread(path)) return;
    const leaf = leafLevel(path);
    const last = this.#last;
    let isBelowNew = false;
    for (let level = LEVELS; level >= leaf; level--) {
      const entry = path[level - 1] ?? 0n;
      const earlier = last?.path[level - 1];
      // Neighbours share all but their last entry.
      if (entry === 0n || (entry === earlier && isSameEntry(record, last, level))) continue;
      isBelowNew ||= level > leaf;
      const wrong = this.#judge(entry, level, line);
      if (!wrong && earlier !== undefined && last !== undefined) this.#compare(record, last, level, line);
    }
    if (isBelowNew) this.#tables(path, leaf, line);
    this.#path(record, leaf, line);
    const pages = 1n << (INDEX_BITS * BigInt(leaf - 1));
    this.#interrupts(record, leaf, line);
    if (pageNumber % pages !== 0n && isPage(path, leaf))
      this.#tell(
        'lint.row.boundary',
        line,
        `page number ${shortHex(pageNumber)} of a page of ${shortHex(pages)}`,
        path,
      );
    else if (last !== undefined && pageNumber < this.#lastEnd)
      this.#tell(
        'lint.row.overlap',
        line,
        `page number ${shortHex(pageNumber)} is within the row before it`,
        path,
      );
    if (pageNumber >> BigInt(this.#guestBits - 12) !== 0n)
      this.#tell(
        'lint.row.guest-width',
        line,
        `page number ${shortHex(pageNumber)}, MGAW ${this.#guestBits - 1}`,
        path,
      );
    this.#last = this.#isOneTable ? record : undefined;
    this.#lastEnd = pageNumber + pages;
  }

  #isMisread(path: readonly bigint[]): boolean {
    const shown = (path[LEVELS - 1] ?? 0n) === 0n ? 4 : 5;
    return this.#kinds.some(({ levels }) => levels !== undefined && levels !== shown);
  }

  /** True when the entry is wrong, and told. */
  #judge(entry: bigint, level: number, line: number): boolean {
    const wrongs = this.#checks.map((checks) => checks.wrong(entry, level));
    const [wrong] = wrongs;
    if (wrong === undefined || wrongs.includes(undefined)) return false;
    const place = { file: this.#file, line };
    const subject = `${wrong.unit}${this.#subject}, ${wrong.title}`;
    this.#report({
      place,
      rule: wrong.rule,
      level: levelOf(wrong.rule),
      subject,
      detail: wrong.detail,
      words: [entry],
    });
    return true;
  }

  /** The same entry in two rows; flags that hardware sets between two looks do not count. */
  #compare(record: PageRecord, last: PageRecord, level: number, line: number): void {
    if (!isSameEntry(record, last, level)) return;
    const [now, before] = [record.path[level - 1] ?? 0n, last.path[level - 1] ?? 0n];
    if (((now ^ before) & ~HARDWARE_FLAGS) === 0n) return;
    const detail = `${names[level]} ${shortHex(now)}, and ${shortHex(before)} in the row before it`;
    this.#tell('lint.row.same-entry', line, detail, record.path);
  }

  #path({ path, pageNumber }: PageRecord, leaf: number, line: number): void {
    let top = LEVELS;
    while (top > leaf && (path[top - 1] ?? 0n) === 0n) top--;
    const expected = this.#kinds.map(levelsOf);
    if (!expected.includes(undefined) && !expected.includes(top))
      this.#tell('lint.row.path', line, `${top} levels, and AW is of ${expected[0]}`, path);
    if (pageNumber >> (INDEX_BITS * BigInt(top)) !== 0n)
      this.#tell('lint.row.path', line, `page number ${shortHex(pageNumber)} of ${top} levels`, path);
    const hole = path.slice(leaf - 1, top).lastIndexOf(0n);
    const early = path.findIndex((word, index) => index >= leaf && index < 3 && (word & PAGE_SIZE) !== 0n);
    if (hole >= 0) this.#tell('lint.row.path', line, `no ${names[leaf + hole]} above the page`, path);
    else if (early >= 0)
      this.#tell('lint.row.path', line, `${names[early + 1]} is a page, and the path goes on`, path);
    else if (!isPage(path, leaf))
      this.#tell('lint.row.path', line, `the row ends at the ${names[leaf]}, which is no page`, path);
  }

  /** The tables that the entries above the page point to. */
  #tables(path: readonly bigint[], leaf: number, line: number): void {
    const entries = path.slice(leaf).filter((entry) => entry !== 0n);
    const tables = entries.map((entry) => entry & ADDRESS);
    const again = tables.find((table, index) => tables.indexOf(table) !== index);
    if (tables.includes(0n)) this.#tell('lint.entry.table', line, 'the next table lies at 0', path);
    else if (again !== undefined)
      this.#tell('lint.row.path', line, `two entries of it point to ${shortHex(again)}`, path);
  }

  /**
   * Requests to the range itself are not translated: what it is mapped to does not matter. Nor does what a page of
   * 1 GiB has of it, which nobody cuts out of what lies around.
   */
  #interrupts({ path, pageNumber }: PageRecord, leaf: number, line: number): void {
    const output = (path[leaf - 1] ?? 0n) & ADDRESS;
    const input = pageNumber << PAGE_BITS;
    if (isPage(path, leaf) && isOfInterrupts(output) && !isOfInterrupts(input))
      this.#tell('lint.row.interrupt-range', line, `${shortHex(input)} leads to ${shortHex(output)}`, path);
  }

  #tell(rule: string, line: number, detail: string, path: readonly bigint[]): void {
    const place = { file: this.#file, line };
    const unit = this.#checks.length === 1 ? `${this.#checks[0]?.unitName}, ` : '';
    const words = path.filter((word) => word !== 0n);
    this.#report({ place, rule, level: levelOf(rule), subject: `${unit}${this.#subject}`, detail, words });
  }
}

function mayPoint(survey: Survey, { file, unit, ...owner }: Owner, table: bigint): boolean {
  const address = bits(survey.unit(file, unit).unit.profile.haw - 1, 12);
  const isOne = owner.pointers.some((pointer) => ((pointer ^ table) & address) === 0n);
  return owner.hasPassThrough || owner.entries !== 1 || isOne;
}

/** Levels of a second-stage table by AW; undefined where any number may be right, or the entry itself is wrong. */
function levelsOf({ aw, known }: TableKind): number | undefined {
  return aw === undefined || !supportsAddressWidth(BigInt(aw), known.unit) ? undefined : aw + 2;
}

/** True for a page of the top two levels too: there is none, and its entry is named by itself. */
function isPage(path: readonly bigint[], leaf: number): boolean {
  return leaf === 1 || ((path[leaf - 1] ?? 0n) & PAGE_SIZE) !== 0n;
}

/** MGAW says it of second stage only (11.4.2). */
function guestBits({ known, stage }: TableKind): number {
  return stage === 'first' ? WIDEST_INPUT : known.unit.capabilities.MGAW + 1;
}

/** A and D of second stage, A, D and EA of first stage. */
const HARDWARE_FLAGS = 0x760n;
const names: readonly string[] = ['', 'PTE', 'PDE', 'PDPE', 'PML4E', 'PML5E'];

/** The level at which the path ends: the lowest with an entry. */
function leafLevel(path: readonly bigint[]): number {
  const index = path.findIndex((entry) => entry !== 0n);
  return index < 0 ? 1 : index + 1;
}

/** True when both rows go through the same place of the table of `level`. */
function isSameEntry(record: PageRecord, last: PageRecord | undefined, level: number): boolean {
  const shift = INDEX_BITS * BigInt(level - 1);
  return last !== undefined && record.pageNumber >> shift === last.pageNumber >> shift;
}

/**
 * Everything that the table of `device` may be: by its address, else of any unit. That another has an entry of the
 * device says nothing: one source id stands for a device in each segment, and no dump shows the segments of units.
 */
function kindsOf(survey: Survey, file: string, { sourceId, table }: DeviceRecord): readonly TableKind[] {
  // Of a device in legacy pass-through Linux shows whatever lies at 0, as if it were a table.
  if (sourceId !== undefined && table === 0n) return [];
  const owners = sourceId === undefined ? [] : survey.tables.ownersOf(sourceId);
  const uses = survey.tables.uses(table);
  const own = uses.filter((use) => owners.some(({ unit }) => unit === use.unit));
  const found = own.length > 0 ? own : uses;
  const near = nearest(found, file, () => false);
  if (near.length > 0)
    return near.map(({ file: shown, unit, ...use }) => ({ known: survey.unit(shown, unit), ...use }));
  return survey.possible.flatMap((name) => stagesOf(survey.unit(file, name)));
}

/** Without scalable mode, or outside of it, there is second stage only. */
function stagesOf(known: KnownUnit): readonly TableKind[] {
  const { FSTS } = known.unit.capabilities;
  const legacy: TableKind = { known, stage: 'second', legacy: true, levels: undefined };
  if (FSTS === 0 || known.mode === 'legacy') return [legacy];
  const second = known.mode === 'scalable' ? { ...legacy, legacy: false } : legacy;
  return [second, { known, stage: 'first', legacy: false, levels: 4 }];
}
