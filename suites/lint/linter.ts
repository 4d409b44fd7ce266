/**
 * Judges dumps: `survey` sees every record of every file first, since registers may stand in another file than the
 * tables, then `judge` takes them again. What the dumps do not show is not judged.
 */
import type { Unit } from '../../models/reference/unit.ts';
import type { ContextRecord, DumpRecord, RootRecord, TableRecord } from '../../spec/dumps.ts';
import { shortHex } from '../../spec/hex.ts';
import { levelOf, type Report } from './finding.ts';
import { FaultJudge } from './judge-faults.ts';
import { LogJudge } from './judge-log.ts';
import { PageJudge } from './judge-pages.ts';
import { QueueJudge } from './judge-queue.ts';
import { RegisterJudge } from './judge-registers.ts';
import { TableJudge } from './judge-tables.ts';
import type { OtherPlace, Pointed } from './machines.ts';
import { fileOf } from './parts.ts';
import { type KnownUnit, modeOf, type Survey, unitOfLog } from './units.ts';

const ROOT = 'lint.root.register';
const BASE = 'lint.queue.register';
/** A unit that no line names. */
const UNNAMED = '';

export interface LintCounts {
  /** Entries, rows, descriptors and registers that were looked at. */
  readonly entries: number;
  readonly faults: number;
  /** Rows that contradict others, beyond those that are reported. */
  readonly left: number;
}

/** One part of a file, from its first record to its last. */
export class FileLinter {
  readonly #survey: Survey;
  readonly #file: string;
  readonly #report: Report;
  readonly #log: LogJudge;
  #faults: FaultJudge | undefined;
  readonly #units = new Map<string, KnownUnit>();
  #unit = UNNAMED;
  #entries = 0;
  #left = 0;
  #registers: RegisterJudge | undefined;
  #tables: TableJudge | undefined;
  #lastOfTables = -1;
  #pages: PageJudge | undefined;
  #queue: QueueJudge | undefined;

  constructor(survey: Survey, file: string, report: Report) {
    this.#survey = survey;
    this.#file = file;
    this.#report = report;
    this.#log = new LogJudge(file, report);
  }

  /** Units that entries were judged for. */
  get units(): readonly KnownUnit[] {
    return [...this.#units.values()];
  }

  get counts(): LintCounts {
    return { entries: this.#entries, faults: this.#log.faults, left: this.#left };
  }

  add(record: DumpRecord, line: number): void {
    switch (record.kind) {
      case 'unit':
        this.#endPart();
        this.#unit = unitOfLog(record.unit);
        if (record.dump === 'kernel log') this.#log.begin(this.#known());
        if (record.root !== undefined) this.#judgeRoot(record.root, line);
        return;
      case 'device':
        this.#endPart();
        this.#unit = UNNAMED;
        this.#pages = new PageJudge(this.#survey, this.#file, record, this.#report);
        this.#pages.judgeTable(this.#survey, record, line);
        for (const known of this.#pages.units) this.#units.set(known.name, known);
        return;
      case 'disabled':
      case 'boot':
      case 'host-width':
        return;
      case 'fault':
        this.#log.addFault(record);
        this.#faultJudge().addFault(record, line);
        return;
      case 'queue-error':
        this.#faultJudge().addError(record, line);
        return;
      case 'queued':
        this.#entries++;
        this.#faultJudge().addQueued(record, line);
        return;
      case 'fault-entry':
        this.#entries++;
        this.#log.addEntry(record, line);
        return;
      default:
        this.#entries++;
        this.#addRow(record, line);
    }
  }

  /** After the last record. */
  end(): void {
    this.#endPart();
  }

  #addRow(record: DumpRecord, line: number): void {
    switch (record.kind) {
      case 'register':
        this.#registers ??= new RegisterJudge(this.#known(), this.#file, this.#report);
        this.#registers.add(record.name, line);
        break;
      case 'table':
        this.#tableJudge(record).addTable(record, line);
        break;
      case 'root':
        this.#tableJudge(record).addRoot(record, line);
        break;
      case 'context':
        this.#tableJudge(record).addContext(record, line);
        break;
      case 'page':
        this.#pageJudge().add(record, line);
        break;
      case 'queue':
        this.#judgeBase(record.base, line);
        this.#queueJudge().addQueue(record, line);
        break;
      case 'slot':
        this.#queueJudge().addSlot(record, line);
        break;
    }
  }

  #judgeRoot(root: bigint, line: number): void {
    const { machines } = this.#survey;
    const other =
      machines.elsewhere(this.#file, this.#unit, 'RTADDR') ?? machines.ofOtherMode(this.#file, this.#unit);
    // A mode that the unit does not have is named by itself.
    if (other !== undefined && modeOf(other.value, this.#unitOf(other)) === undefined) return;
    if (other !== undefined) this.#tellOther(ROOT, `root table at ${shortHex(root)}`, 'RTADDR', other, line);
  }

  #judgeBase(base: bigint, line: number): void {
    const other = this.#survey.machines.elsewhere(this.#file, this.#unit, 'IQA');
    if (other !== undefined) this.#tellOther(BASE, `queue at ${shortHex(base)}`, 'IQA', other, line);
  }

  #tellOther(rule: string, shown: string, register: Pointed, other: OtherPlace, line: number): void {
    const { place, value } = other;
    // So is an address that no table can have.
    if (value >> BigInt(this.#unitOf(other).profile.haw) !== 0n) return;
    this.#report({
      place: { file: this.#file, line },
      rule,
      level: levelOf(rule),
      subject: this.#unit,
      detail: `${shown}; ${register} in ${fileOf(place.file)}:${place.line} is ${shortHex(value)}`,
      words: [],
      other: place,
    });
  }

  #unitOf({ place }: OtherPlace): Unit {
    return this.#survey.unit(place.file, this.#unit).unit;
  }

  #known(): KnownUnit {
    const known = this.#survey.unit(this.#file, this.#unit);
    this.#units.set(this.#unit, known);
    return known;
  }

  /** Linux shows the tables of a unit in order: without a heading the next unit begins where they do not rise. */
  #tableJudge(record: ContextRecord | RootRecord | TableRecord): TableJudge {
    const place = placeOf(record);
    if (place <= this.#lastOfTables && this.#known().name === UNNAMED) this.#endPart();
    this.#lastOfTables = place;
    this.#tables ??= new TableJudge(this.#known(), this.#survey.tables, this.#file, this.#report);
    return this.#tables;
  }

  /** Rows without a device above them may be of any. */
  #pageJudge(): PageJudge {
    const device = { kind: 'device', sourceId: undefined, pasid: undefined, table: 0n } as const;
    this.#pages ??= new PageJudge(this.#survey, this.#file, device, this.#report);
    return this.#pages;
  }

  #faultJudge(): FaultJudge {
    this.#faults ??= new FaultJudge(this.#file, this.#unitsOfLog(), this.#report);
    return this.#faults;
  }

  /** A fault does not say which unit recorded it. */
  #unitsOfLog(): readonly KnownUnit[] {
    return this.#survey.possible.map((name) => this.#survey.unit(this.#file, name));
  }

  #queueJudge(): QueueJudge {
    this.#queue ??= new QueueJudge(this.#known(), this.#file, this.#report);
    return this.#queue;
  }

  #endPart(): void {
    this.#registers?.end();
    this.#left += this.#tables?.end() ?? 0;
    this.#queue?.end();
    this.#registers = undefined;
    this.#tables = undefined;
    this.#lastOfTables = -1;
    this.#pages = undefined;
    this.#queue = undefined;
  }
}

/** Where an entry stands among those of its unit. */
function placeOf(record: ContextRecord | RootRecord | TableRecord): number {
  const PLACES = 1 << 21;
  if (record.kind === 'root') return record.bus * 256 * PLACES;
  const pasid = record.kind === 'table' ? (record.pasid ?? 0) : 0;
  return record.sourceId * PLACES + pasid + 1;
}
