/** Entries that the kernel prints after a fault: one that is printed whole is judged as in any dump. */
import { extract } from '../../spec/bits.ts';
import type { FaultEntryRecord, FaultRecord, Place } from '../../spec/dumps.ts';
import { requester } from '../../spec/hex.ts';
import type { EntryFormat } from '../../spec/schema.ts';
import type { Report } from './finding.ts';
import { levelOf } from './finding.ts';
import { judgeEntry } from './judge-entry.ts';
import type { Stage } from './known-tables.ts';
import { PagingChecks } from './paging-checks.ts';
import { contradictionOf } from './refused-entry.ts';
import type { KnownUnit } from './units.ts';

const PASID_WORDS = 8;
const [FIRST_STAGE, PASS_THROUGH] = [1n, 4n];
const LEGACY_PASS_THROUGH = 2n;
const CONTRADICTION = 'lint.log.entry';

export class LogJudge {
  readonly #file: string;
  readonly #report: Report;
  #known: KnownUnit | undefined;
  #sourceId: number | undefined;
  /** Of the fault, until an entry contradicts it: one that does explains those behind it. */
  #reason: number | undefined;
  /** Undefined until the root entry tells it: a log may have lost lines. */
  #scalable: boolean | undefined;
  /**
   * Undefined until an entry tells it, in pass-through, and behind what is not there: Linux goes on printing whatever
   * lies at 0.
   */
  #stage: Stage | undefined;
  /** Words of a PASID table entry so far. */
  #entry: { readonly word: bigint; readonly place: Place }[] = [];
  /** DMAR faults of any kind. */
  faults = 0;

  constructor(file: string, report: Report) {
    this.#file = file;
    this.#report = report;
  }

  /** What is printed next is of a request of this device. */
  addFault({ sourceId, code }: FaultRecord): void {
    this.faults++;
    this.#sourceId = sourceId;
    this.#reason = code;
    this.#known = undefined;
  }

  /** The entries that follow are of this unit. */
  begin(known: KnownUnit): void {
    this.#known = known;
    this.#scalable = undefined;
    this.#stage = undefined;
    this.#entry = [];
  }

  addEntry({ entry, words, index }: FaultEntryRecord, line: number): void {
    const place = { file: this.#file, line };
    const isUpper = entry === 'root-scalable' && ((this.#sourceId ?? 0) & 0x80) !== 0;
    const isPresent = ((words[isUpper ? 1 : 0] ?? 0n) & 1n) === 1n;
    if (entry !== 'pasid-word' || index === 0) this.#bearsOut(entry, isPresent, words, place);
    switch (entry) {
      case 'root':
        this.#scalable = false;
        // Of 128 bits the lower half is printed.
        this.#judge('root-legacy', words, place);
        break;
      case 'root-scalable':
        this.#scalable = true;
        this.#judge(isUpper ? 'root-scalable-upper' : 'root-scalable-lower', words, place);
        break;
      case 'context':
        if (this.#scalable === undefined) break;
        if (isPresent && !this.#scalable && extract(words[0] ?? 0n, 3, 2) !== LEGACY_PASS_THROUGH)
          this.#stage = 'second';
        this.#judge(this.#scalable ? 'context-scalable' : 'context-legacy', words, place);
        break;
      case 'pasid-directory':
        this.#judge('pasid-directory', words, place);
        break;
      case 'pasid-word':
        this.#pasidWord(index, words[0] ?? 0n, place);
        break;
      case 'paging':
        this.#paging(index, words[0] ?? 0n, place);
        break;
    }
  }

  #pasidWord(index: number, word: bigint, place: Place): void {
    if (index === 0) this.#entry = [];
    if (index !== this.#entry.length) return;
    this.#entry.push({ word, place });
    if (index === 0) this.#stage = (word & 1n) === 0n ? undefined : stageOf(extract(word, 8, 6));
    if (this.#entry.length !== PASID_WORDS) return;
    const words = this.#entry.map((one) => one.word);
    // Each word has a line: the one with a reserved bit set is named, else the first.
    const reserved = this.#known?.unit.entries['pasid-table'].reserved ?? [];
    const wrong = reserved.find((one) => ((words[one.word] ?? 0n) & one.mask) !== 0n)?.word ?? 0;
    this.#judge('pasid-table', words, this.#entry[wrong]?.place ?? place);
    this.#entry = [];
  }

  /** Notes the first entry that contradicts the fault before it. */
  #bearsOut(
    entry: FaultEntryRecord['entry'],
    isPresent: boolean,
    words: readonly bigint[],
    place: Place,
  ): void {
    const detail = this.#reason === undefined ? undefined : contradictionOf(this.#reason, entry, isPresent);
    if (detail === undefined) return;
    this.#reason = undefined;
    const subject = `${this.#subject()}, ${titles[entry]}`;
    this.#report({ place, rule: CONTRADICTION, level: levelOf(CONTRADICTION), subject, detail, words });
  }

  /** A fault often comes of an entry that is not there: nothing is said of those. */
  #judge(format: EntryFormat, words: readonly bigint[], place: Place): void {
    const isPresent = ((words[format === 'root-scalable-upper' ? 1 : 0] ?? 0n) & 1n) === 1n;
    if (this.#known !== undefined && !this.#known.isExtended && isPresent)
      judgeEntry(this.#known, { place, subject: this.#subject(), format, words }, this.#report);
  }

  #paging(level: number, entry: bigint, place: Place): void {
    if (this.#known === undefined || this.#known.isExtended || this.#stage === undefined) return;
    const kind = {
      known: this.#known,
      stage: this.#stage,
      legacy: !this.#scalable,
      levels: undefined,
    } as const;
    const wrong = new PagingChecks(kind).wrong(entry, level);
    if (wrong === undefined) return;
    const { rule, title, detail } = wrong;
    this.#report({
      place,
      rule,
      level: levelOf(rule),
      subject: `${this.#subject()}, ${title}`,
      detail,
      words: [entry],
    });
  }

  #subject(): string {
    const name = this.#known?.name ?? '';
    return this.#sourceId === undefined ? name : `${name}, ${requester(this.#sourceId)}`;
  }
}

const titles: Readonly<Record<FaultEntryRecord['entry'], string>> = {
  root: 'root entry',
  'root-scalable': 'root entry',
  context: 'context entry',
  'pasid-directory': 'PASID directory entry',
  'pasid-word': 'PASID table entry',
  paging: 'paging entry',
};

function stageOf(pgtt: bigint): Stage | undefined {
  if (pgtt === PASS_THROUGH) return undefined;
  return pgtt === FIRST_STAGE ? 'first' : 'second';
}
