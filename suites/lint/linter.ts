/**
 * Judges dumps: `survey` sees every record of every file first, since registers may stand in another file than the
 * tables, then `judge` takes them again. What the dumps do not show is not judged.
 */
import type { DumpRecord } from '../../spec/dumps.ts';
import type { Report } from './finding.ts';
import { LogJudge } from './judge-log.ts';
import { PageJudge } from './judge-pages.ts';
import { QueueJudge } from './judge-queue.ts';
import { RegisterJudge } from './judge-registers.ts';
import { TableJudge } from './judge-tables.ts';
import { type KnownUnit, type Survey, unitOfLog } from './units.ts';

/** A unit that no line names. */
const UNNAMED = '';

export interface LintCounts {
  /** Entries, rows, descriptors and registers that were looked at. */
  readonly entries: number;
  readonly faults: number;
}

/** One file, from its first record to its last. */
export class FileLinter {
  readonly #survey: Survey;
  readonly #file: string;
  readonly #report: Report;
  readonly #log: LogJudge;
  readonly #units = new Map<string, KnownUnit>();
  #unit = UNNAMED;
  #entries = 0;
  #registers: RegisterJudge | undefined;
  #tables: TableJudge | undefined;
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
    return { entries: this.#entries, faults: this.#log.faults };
  }

  add(record: DumpRecord, line: number): void {
    switch (record.kind) {
      case 'unit':
        this.#endPart();
        this.#unit = unitOfLog(record.unit);
        if (record.dump === 'kernel log') this.#log.begin(this.#known());
        return;
      case 'device':
        this.#endPart();
        this.#unit = UNNAMED;
        this.#pages = new PageJudge(this.#survey, this.#file, record, this.#report);
        for (const known of this.#pages.units) this.#units.set(known.name, known);
        return;
      case 'disabled':
      case 'boot':
      case 'host-width':
        return;
      case 'fault':
        this.#log.addFault(record, line);
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
        this.#tableJudge().addTable(record, line);
        break;
      case 'root':
        this.#tableJudge().addRoot(record, line);
        break;
      case 'context':
        this.#tableJudge().addContext(record, line);
        break;
      case 'page':
        this.#pageJudge().add(record, line);
        break;
      case 'queue':
        this.#queueJudge().addQueue(record, line);
        break;
      case 'slot':
        this.#queueJudge().addSlot(record, line);
        break;
    }
  }

  #known(): KnownUnit {
    const known = this.#survey.unit(this.#file, this.#unit);
    this.#units.set(this.#unit, known);
    return known;
  }

  #tableJudge(): TableJudge {
    this.#tables ??= new TableJudge(this.#known(), this.#survey.tables, this.#file, this.#report);
    return this.#tables;
  }

  /** Rows without a device above them may be of any. */
  #pageJudge(): PageJudge {
    const device = { kind: 'device', sourceId: undefined, pasid: undefined, table: 0n } as const;
    this.#pages ??= new PageJudge(this.#survey, this.#file, device, this.#report);
    return this.#pages;
  }

  #queueJudge(): QueueJudge {
    this.#queue ??= new QueueJudge(this.#known(), this.#file, this.#report);
    return this.#queue;
  }

  #endPart(): void {
    this.#registers?.end();
    this.#tables?.end();
    this.#queue?.end();
    this.#registers = undefined;
    this.#tables = undefined;
    this.#pages = undefined;
    this.#queue = undefined;
  }
}
