/**
 * Lines of a file as records: recognises kinds by content, several in one file too. What is no line of a dump
 * is passed over where it is plain text around it, and a problem where it stands for a row.
 */
import type { DumpKind, DumpRecord } from '../../spec/dumps.ts';
import { quoted } from '../process/printable.ts';
import { BrokenRow } from './broken-row.ts';
import { domainTables } from './domain-tables.ts';
import type { DumpForm } from './form.ts';
import { withoutFronts } from './fronts.ts';
import { interruptTables } from './interrupt-tables.ts';
import { invalidationQueue } from './invalidation-queue.ts';
import { otherLogLine } from './kernel-log.ts';
import { LogHalves } from './log-halves.ts';
import { olderTranslationTables } from './older-translation-tables.ts';
import { otherText } from './other-text.ts';
import { registerSet } from './register-set.ts';
import { translationTables } from './translation-tables.ts';

const forms: readonly DumpForm[] = [
  registerSet,
  translationTables,
  olderTranslationTables,
  domainTables,
  invalidationQueue,
  interruptTables,
];

/** A shell's prompt, a comment, a fence, a patch, the version below a mail, the names that `tail` and `head` write over files. */
const aroundDumps =
  /^\s*(?:#|\$|==>|::|--|```|~~~|\[?\.\.\.|\S+@\S+|cat:|index [0-9a-f]+\.\.|\d+\.\d+\.[\w.]+$)/;
/**
 * Words that people write, a heading, or of a kernel that has more to say than ours: no value of an entry among them.
 * What begins as no row does may have a number of its own.
 */
const plainText: readonly RegExp[] = [
  /^(?!.*[0-9a-f]{8}).*[g-wyz]/i,
  /^(?!.*[0-9a-f]{13})\s*(?!0x|-\d|[0-9a-f]+(?:[\s:.]|$)|[A-Z][A-Z0-9_]*\s)\S/i,
];
/** Colours of `dmesg` and `grep` that take a pipe for a terminal, ends of lines elsewhere, the mark of UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
const noise = /\x1b\[[0-9;]*[mK]|\r+$|^\ufeff/g;
/** What text does not have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const binary = /[\0-\x08\x0b\x0e-\x1a\x7f]/;
/** Lines that end in a number of any length, or are followed by a heading. */
const ofAnyLength: readonly DumpRecord['kind'][] = ['unit', 'device', 'queue', 'root', 'context'];
const mailEncoding = /^Content-Transfer-Encoding: *(\S+)/i;
const quotedSign = /=([2-7][0-9A-F])/g;
const signOf = (_: string, digits: string): string => String.fromCharCode(Number.parseInt(digits, 16));
/** Quoted-printable text goes on in the next line after `=`: its lines have up to 76 bytes. */
const SHORTEST_BROKEN = 60;
/** The heading of slots of 256 bits, which a mailer may have broken too. */
const ofWideSlots = /^[^\da-f]*(?:Index\s.*)?qw3\s+status/i;
const WIDE = 4;
const value = /[0-9a-f]{8}/i;
const IS_BINARY = 'is binary, not the text of a dump';
const SHOWN = 60;

export class DumpReader {
  readonly kinds = new Set<DumpKind>();
  lines = 0;
  /** True when there was a line before any dump that may have been of one. */
  hasValues = false;
  /** What the text is of before any dump, where that is known. */
  other: string | undefined;
  /** Of the record that was read last: where it began. */
  line = 0;
  #form: DumpForm | undefined;
  #slotWords: number | undefined;
  #broken: BrokenRow | undefined;
  /** Within a part of a mail that says that it is so. */
  #isQuoted = false;
  readonly #halves = new LogHalves();
  #passedOver = 0;
  #soft: { readonly text: string; readonly line: number } | undefined;

  /** Lines that were passed over though they stand within a dump, and halves of a log's. */
  get passedOver(): number {
    return this.#passedOver + this.#halves.left;
  }

  /** The record of the next line, undefined when it has none. Throws DumpProblem where a row is garbled. */
  read(text: string): DumpRecord | undefined {
    this.line = ++this.lines;
    const line = this.#whole(text.replaceAll(noise, ''));
    if (line === undefined) return undefined;
    const record = this.#record(line) ?? this.#logged(line);
    if (record === 'passed') return undefined;
    if (record === undefined) return this.#other(line);
    this.end();
    return this.#checked(record, line);
  }

  /** The line with those before it that quoted-printable text has broken; undefined when it goes on. */
  #whole(sent: string): string | undefined {
    const before = this.#soft;
    const [, encoding] = sent.startsWith('Content-') ? (mailEncoding.exec(sent) ?? []) : [];
    if (encoding !== undefined) this.#isQuoted = /^quoted-printable$/i.test(encoding);
    const line = this.#isQuoted ? sent.replaceAll(quotedSign, signOf) : sent;
    const goesOn = (this.#isQuoted || line.length > SHORTEST_BROKEN) && sent.endsWith('=');
    if (before === undefined && !goesOn) return line;
    const text = (before?.text ?? '') + line;
    this.line = before?.line ?? this.line;
    this.#soft = goesOn ? { text: text.slice(0, -1), line: this.line } : undefined;
    return goesOn ? undefined : text;
  }

  /** After the last line. Throws DumpProblem when a row was left that nothing completed. */
  end(): void {
    this.#halves.end();
    if (this.#soft !== undefined && this.#form !== undefined)
      throw this.#garbled(this.#soft.text, this.#soft.line);
    if (this.#broken === undefined) return;
    const { first, line, dump } = this.#broken;
    throw this.#garbled(first, line, dump);
  }

  /** The record of a last line that has no end: one that tells by itself that it is whole. */
  readUnended(line: string): DumpRecord | undefined {
    const before = this.passedOver;
    const form = this.#form;
    try {
      const record = this.read(line);
      this.end();
      const isWhole = record === undefined || !ofAnyLength.includes(record.kind) || isUnnamed(record);
      if (isWhole && (record !== undefined || form === undefined || this.passedOver === before))
        return record;
    } catch (error) {
      if (!(error instanceof DumpProblem) || error.message === IS_BINARY) throw error;
    }
    throw new DumpProblem(`ends in the middle of a line, ${quoted(line, SHOWN)}: truncated`, this.line);
  }

  /** The record of a line, whatever stands in front of it. */
  #record(line: string): DumpRecord | 'passed' | undefined {
    for (const candidate of withoutFronts(line)) {
      if (this.#form === invalidationQueue && ofWideSlots.test(candidate)) this.#slotWords = WIDE;
      const record = this.#form?.within(candidate) ?? this.#begins(candidate);
      // Of a wide slot that a mailer broke the first half looks like a narrow one.
      if (record !== undefined && !this.#isHalf(record)) return record;
    }
    return undefined;
  }

  #isHalf(record: DumpRecord | 'passed'): boolean {
    return record !== 'passed' && record.kind === 'slot' && record.words.length < (this.#slotWords ?? 0);
  }

  #logged(line: string): DumpRecord | undefined {
    const read = this.#halves.read(line, this.lines);
    if (read === undefined) return undefined;
    this.line = read.line;
    this.#form = undefined;
    this.kinds.add('kernel log');
    return read.record;
  }

  /** A line that is no row by itself: text around a dump, or a part of a row. */
  #other(line: string): DumpRecord | undefined {
    if (binary.test(line)) throw new DumpProblem(IS_BINARY, this.line);
    if (this.kinds.size === 0) this.other ??= otherText(line);
    // Before a dump begins, and in a log, anything may stand.
    if (this.#form === undefined) {
      this.hasValues ||= value.test(line);
      return undefined;
    }
    const candidates = [...withoutFronts(line)];
    if (candidates.some(isAround)) return undefined;
    // Nothing of interrupt remapping is judged: whatever a kernel shows there does no harm.
    const isPassedOver = this.#form === interruptTables || candidates.some(isPlainText);
    if (!isPassedOver) return this.#part(line, candidates);
    this.#passedOver++;
    return undefined;
  }

  /** The record of a row that this line completes. */
  #part(line: string, candidates: readonly string[]): DumpRecord | undefined {
    const broken = this.#broken;
    if (broken === undefined) {
      this.#broken = new BrokenRow(this.line, line, this.#form?.dump, candidates);
      return undefined;
    }
    for (const whole of broken.add(candidates)) {
      const record = this.#form?.within(whole);
      if (record === undefined || record === 'passed') continue;
      this.#broken = undefined;
      this.line = broken.line;
      return this.#checked(record, whole);
    }
    if (!broken.mayGoOn) this.end();
    return undefined;
  }

  /** A line that begins a part, or a row without one: people cut out what they show. */
  #begins(line: string): DumpRecord | 'passed' | undefined {
    for (const form of forms) {
      const record =
        form.begins(line) ?? (form === this.#form ? undefined : (form.alone ?? form.within)(line));
      if (record === undefined) continue;
      this.#form = form;
      this.#slotWords = undefined;
      this.kinds.add(form.dump);
      return record;
    }
    return undefined;
  }

  /** The slots of a queue are of one width: a row that is cut off may look like one of the other. */
  #checked(record: DumpRecord, line: string): DumpRecord {
    if (record.kind === 'unit') this.#slotWords = undefined;
    if (record.kind !== 'slot') return record;
    this.#slotWords ??= record.words.length;
    if (record.words.length !== this.#slotWords) throw this.#garbled(line);
    return record;
  }

  #garbled(line: string, at = this.line, dump = this.#form?.dump): DumpProblem {
    return new DumpProblem(`${quoted(line, SHOWN)} is no line of ${dump}: garbled or cut off`, at);
  }
}

function isPlainText(line: string): boolean {
  return plainText.some((form) => form.test(line));
}

/** A part that begins without a name that could be cut off. */
function isUnnamed(record: DumpRecord): boolean {
  return record.kind === 'unit' && record.unit === '';
}

function isAround(line: string): boolean {
  return line.trim() === '' || aroundDumps.test(line) || otherLogLine.test(line);
}

/** What is wrong with a file: words that follow its name and, where there is one, the line. */
export class DumpProblem extends Error {
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(message);
    this.line = line;
  }
}
