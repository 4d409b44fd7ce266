/**
 * Lines of a file as records: recognises kinds by content, several in one file too. What is no line of a dump
 * is passed over where it is plain text around it, and a problem where it stands for a row.
 */
import type { DumpKind, DumpRecord } from '../../spec/dumps.ts';
import { quoted } from '../process/printable.ts';
import { domainTables } from './domain-tables.ts';
import type { DumpForm } from './form.ts';
import { interruptTables } from './interrupt-tables.ts';
import { invalidationQueue } from './invalidation-queue.ts';
import { logRecord, otherLogLine } from './kernel-log.ts';
import { olderTranslationTables } from './older-translation-tables.ts';
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

/** A shell's prompt, a comment, the names that `tail` and `head` write over files. */
const aroundDumps = /^\s*(?:#|\$|==>|::|--|\[?\.\.\.|\S+@\S+|cat:)/;
/** Marks of a quotation, and the file names that `grep -r` writes in front. */
const inFront = /^(?:> ?)+|^(?:\S*\/)?(?:iommu_regset|\w+_translation_struct|invalidation_queue)(?::\d+)?:/;
/** Words of a heading, or of a kernel that has more to say than ours: no value of an entry among them. */
const plainText = /^(?!.*[0-9a-f]{8})\s*[A-Za-z][\x20-\x7e\t]*$/i;
/** `dmesg` colours its lines where it takes a pipe for a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
const colours = /\x1b\[[0-9;]*m/g;
/** What text does not have. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const binary = /[\0-\x08\x0b\x0e-\x1a\x7f]/;
/** Lines that end in a number of any length, or are followed by a heading. */
const ofAnyLength: readonly DumpRecord['kind'][] = ['unit', 'device', 'queue', 'root', 'context'];
const IS_BINARY = 'is binary, not the text of a dump';
const SHOWN = 60;

export class DumpReader {
  readonly kinds = new Set<DumpKind>();
  /** Lines that were passed over though they stand within a dump. */
  passedOver = 0;
  #form: DumpForm | undefined;
  #slotWords: number | undefined;

  /** The record of a line, undefined when it has none. Throws DumpProblem where a row is garbled. */
  read(text: string): DumpRecord | undefined {
    const line = text.replaceAll(colours, '').replace(inFront, '').replace(/\r$/, '');
    const record = this.#within(line) ?? this.#begins(line);
    if (record === 'passed') return undefined;
    if (record !== undefined) return this.#checked(record, line);
    const logged = logRecord(line);
    if (logged !== undefined) {
      this.#form = undefined;
      this.kinds.add('kernel log');
      return logged;
    }
    if (binary.test(line)) throw new DumpProblem(IS_BINARY);
    if (line.trim() === '' || aroundDumps.test(line) || otherLogLine.test(line)) return undefined;
    // Before a dump begins, and in a log, anything may stand.
    if (this.#form === undefined) return undefined;
    if (!plainText.test(line)) throw this.#garbled(line);
    this.passedOver++;
    return undefined;
  }

  /** The record of a last line that has no end: one that tells by itself that it is whole. */
  readUnended(line: string): DumpRecord | undefined {
    const before = this.passedOver;
    const form = this.#form;
    try {
      const record = this.read(line);
      const isWhole = record === undefined || !ofAnyLength.includes(record.kind);
      if (isWhole && (record !== undefined || form === undefined || this.passedOver === before))
        return record;
    } catch (error) {
      if (!(error instanceof DumpProblem) || error.message === IS_BINARY) throw error;
    }
    throw new DumpProblem(`ends in the middle of a line, ${quoted(line, SHOWN)}: truncated`);
  }

  #within(line: string): DumpRecord | 'passed' | undefined {
    return this.#form?.within(line);
  }

  /** A line that begins a part, or a row without one: people cut out what they show. */
  #begins(line: string): DumpRecord | 'passed' | undefined {
    for (const form of forms) {
      const record = form.begins(line) ?? (form === this.#form ? undefined : form.within(line));
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

  #garbled(line: string): DumpProblem {
    return new DumpProblem(`${quoted(line, SHOWN)} is no line of ${this.#form?.dump}: garbled or cut off`);
  }
}

/** What is wrong with a file, in words that follow its name and line. */
export class DumpProblem extends Error {}
