/** The root, context and PASID table entries of one unit (9.1 to 9.6), each by itself and then across each other. */

import type { ContextRecord, RootRecord, TableRecord } from '../../spec/dumps.ts';
import { requester } from '../../spec/hex.ts';
import { contextScalable } from '../../spec/layouts/context.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import type { EntryFormat } from '../../spec/schema.ts';
import { type LintFinding, levelOf, type Report } from './finding.ts';
import { judgeAnyOf, judgeEntry } from './judge-entry.ts';
import type { KnownTables } from './known-tables.ts';
import { ProgrammingRules } from './programming-rules.ts';
import type { KnownUnit } from './units.ts';

const PDTS = fieldOf(contextScalable, 'PDTS');
const UPPER_HALF = 0x80;

/** An entry that several rows go through, as it was seen first. */
interface Shared {
  readonly words: readonly bigint[];
  readonly line: number;
  readonly isTaken: boolean;
  /** True once a row was named that shows it otherwise. */
  isContradicted: boolean;
}

export class TableJudge {
  readonly #known: KnownUnit;
  readonly #file: string;
  readonly #report: Report;
  readonly #rules: ProgrammingRules;
  readonly #roots = new Map<number, Shared>();
  readonly #contexts = new Map<number, Shared>();
  /** By source id, the PASID of its last row. */
  readonly #last = new Map<number, number | undefined>();

  constructor(known: KnownUnit, tables: KnownTables, file: string, report: Report) {
    this.#known = known;
    this.#file = file;
    this.#report = report;
    this.#rules = new ProgrammingRules(known, tables, file, report);
  }

  addTable({ sourceId, root, context, pasid, entry }: TableRecord, line: number): void {
    if (this.#known.isExtended) return;
    if (this.#isShownAgain(sourceId, pasid, line)) return;
    const scalable = pasid !== undefined;
    this.#root(sourceId, root, scalable, line);
    this.#context(sourceId, context, scalable, line);
    if (pasid === undefined) return;
    if (BigInt(pasid) >= 1n << (readField(PDTS, context) + 13n))
      this.#beyondDirectory(sourceId, pasid, context, line);
    const subject = `${this.#name(sourceId)}, PASID ${pasid}`;
    const place = { file: this.#file, line };
    const seen = { place, subject, format: 'pasid-table', words: entry } as const;
    if (judgeEntry(this.#known, seen, this.#report))
      this.#rules.addPasid(pasid, { line, sourceId, pasid, words: entry });
  }

  addRoot({ bus, words }: RootRecord, line: number): void {
    if (this.#known.isExtended) return;
    const isPresent = (word: number): boolean => ((words[word] ?? 0n) & 1n) === 1n;
    const scalable = this.#scalable ?? (isPresent(1) || undefined);
    if (isPresent(0)) this.#root(bus << 8, words, scalable, line);
    if (isPresent(1) && scalable === true) this.#root((bus << 8) | UPPER_HALF, words, scalable, line);
  }

  addContext({ sourceId, words }: ContextRecord, line: number): void {
    if (this.#known.isExtended || this.#isShownAgain(sourceId, undefined, line)) return;
    this.#context(sourceId, words, this.#scalable, line);
  }

  /** Reports what the entries do not agree on; how many more rows do not. */
  end(): number {
    this.#rules.end();
    return this.#rules.left;
  }

  /** Older dumps come without the mode: registers tell it, or nobody. */
  get #scalable(): boolean | undefined {
    const { mode } = this.#known;
    return mode === undefined ? undefined : mode === 'scalable';
  }

  #root(sourceId: number, words: readonly bigint[], scalable: boolean | undefined, line: number): void {
    const half = scalable === true ? sourceId & UPPER_HALF : 0;
    this.#rootHalf(sourceId >> 8, half, words, scalable, line);
    // The other half may be of a context table without entries, which has no row.
    const other = half ^ UPPER_HALF;
    const isPresent = ((words[other === 0 ? 0 : 1] ?? 0n) & 1n) === 1n;
    if (scalable === true && isPresent && !this.#roots.has(((sourceId >> 8) << 8) | other))
      this.#rootHalf(sourceId >> 8, other, words, scalable, line);
  }

  #rootHalf(
    bus: number,
    half: number,
    words: readonly bigint[],
    scalable: boolean | undefined,
    line: number,
  ): void {
    const formats = formatsOf(
      scalable,
      'root-legacy',
      half === 0 ? 'root-scalable-lower' : 'root-scalable-upper',
    );
    const subject = `${this.#unitName}bus ${bus.toString(16).padStart(2, '0')}`;
    this.#shared(this.#roots, (bus << 8) | half, { formats, words, line, subject });
  }

  #context(sourceId: number, words: readonly bigint[], scalable: boolean | undefined, line: number): void {
    const formats = formatsOf(scalable, 'context-legacy', 'context-scalable');
    const subject = this.#name(sourceId);
    const isTaken = this.#shared(this.#contexts, sourceId, { formats, words, line, subject });
    if (isTaken && scalable === false) this.#rules.addContext({ line, sourceId, pasid: undefined, words });
  }

  /** Judges an entry where it is seen first; true when it is taken. What differs later may be of another moment. */
  #shared(
    seen: Map<number, Shared>,
    key: number,
    entry: {
      readonly formats: readonly EntryFormat[];
      readonly words: readonly bigint[];
      readonly line: number;
      readonly subject: string;
    },
  ): boolean {
    const { formats, words, line, subject } = entry;
    const first = seen.get(key);
    if (first?.words.every((word, index) => word === words[index])) return first.isTaken;
    const place = { file: this.#file, line };
    const isTaken = judgeAnyOf(this.#known, { place, subject, words }, formats, this.#report);
    if (first === undefined) seen.set(key, { words, line, isTaken, isContradicted: false });
    else if (isTaken && first.isTaken && !first.isContradicted) {
      first.isContradicted = true;
      this.#note('lint.row.same-entry', line, subject, `not as in line ${first.line}`, words, first.line);
    }
    return isTaken;
  }

  /** What it shows may be of another moment, and is not compared. */
  #isShownAgain(sourceId: number, pasid: number | undefined, line: number): boolean {
    const isAgain = this.#last.has(sourceId) && this.#last.get(sourceId) === pasid;
    this.#last.set(sourceId, pasid);
    const subject = pasid === undefined ? this.#name(sourceId) : `${this.#name(sourceId)}, PASID ${pasid}`;
    if (isAgain) this.#note('lint.row.twice', line, subject, 'as in the last row of the device', []);
    return isAgain;
  }

  #beyondDirectory(sourceId: number, pasid: number, context: readonly bigint[], line: number): void {
    const subject = `${this.#name(sourceId)}, PASID ${pasid}`;
    this.#note('lint.row.directory', line, subject, `PDTS is ${readField(PDTS, context)}`, context);
  }

  #note(
    rule: string,
    line: number,
    subject: string,
    detail: string,
    words: readonly bigint[],
    other?: number,
  ): void {
    const place = { file: this.#file, line };
    const finding: LintFinding = { place, rule, level: levelOf(rule), subject, detail, words };
    this.#report(other === undefined ? finding : { ...finding, other: { file: this.#file, line: other } });
  }

  /** Nothing where no heading names it. */
  get #unitName(): string {
    return this.#known.name === '' ? '' : `${this.#known.name}, `;
  }

  #name(sourceId: number): string {
    return `${this.#unitName}${requester(sourceId)}`;
  }
}

function formatsOf(
  scalable: boolean | undefined,
  legacy: EntryFormat,
  other: EntryFormat,
): readonly EntryFormat[] {
  return scalable === undefined ? [legacy, other] : [scalable ? other : legacy];
}
