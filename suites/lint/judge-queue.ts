/**
 * The invalidation queue of one unit (6.5.2): every descriptor that was ever written to it, and whether head and tail
 * lie within. A slot of zeros was never used, unless it is queued.
 */
import { ALL_ONES } from '../../spec/all-ones.ts';
import { extract } from '../../spec/bits.ts';
import type { QueueRecord, SlotRecord } from '../../spec/dumps.ts';
import { type QueueMode, queueMode } from '../../spec/invalidation/modes.ts';
import { queueAddressFields } from '../../spec/invalidation/registers.ts';
import { seenDescriptor } from './descriptor-checks.ts';
import { levelOf, type Report } from './finding.ts';
import type { KnownUnit } from './units.ts';

/** QI_LENGTH: the only system that prints this makes its queues so, and people show a part of it. */
const SLOTS_OF_LINUX = 256;
/** Words of a slot of 256 bits. */
const WIDE = 4;
/** Of bits 18:4 of the register (11.4.9.1); of all ones is shown what the shift leaves of them, or -1. */
const HIGHEST_OFFSET = (1 << 15) - 1;

export class QueueJudge {
  readonly #known: KnownUnit;
  readonly #file: string;
  readonly #report: Report;
  #queue: (QueueRecord & { readonly line: number }) | undefined;
  /** Lines of slots that hold nothing. */
  readonly #zeros = new Map<number, number>();
  #slots = 0;
  #slotWords: number | undefined;
  #isWhole = true;

  constructor(known: KnownUnit, file: string, report: Report) {
    this.#known = known;
    this.#file = file;
    this.#report = report;
  }

  addQueue(record: QueueRecord, line: number): void {
    this.#queue = { ...record, line };
  }

  addSlot({ index, words }: SlotRecord, line: number): void {
    if (index !== this.#slots) this.#isWhole = false;
    this.#slots++;
    this.#slotWords = words.length;
    if (words.every((word) => word === 0n)) {
      this.#zeros.set(index, line);
      return;
    }
    if (this.#known.isExtended) return;
    const { title, wrong } = seenDescriptor(this.#known, this.#mode(words.length), words);
    const subject = `${this.#known.name}, slot ${index}, ${title}`;
    for (const { rule, detail, isOpen } of wrong) this.#tell(rule, line, subject, detail, words, isOpen);
  }

  /** After the last slot: only now the size is known that the dump shows. */
  end(): void {
    if (this.#queue === undefined) return;
    const { head, tail, line } = this.#queue;
    const size = this.#size();
    this.#width(line);
    const subject = `${this.#known.name}, invalidation queue`;
    const isWithin = (slot: number): boolean => slot >= 0 && slot < size;
    const judged = [
      ['lint.queue.head', 'head', head],
      ['invalidation.queue.tail-beyond', 'tail', tail],
    ] as const;
    for (const [rule, name, slot] of judged.filter(([, , slot]) => !isWithin(slot))) {
      const isUnread = slot < 0 || slot > HIGHEST_OFFSET;
      const detail = isUnread ? `${name} ${slot}, ${ALL_ONES}` : `${name} ${slot} of ${size} slots`;
      this.#tell(rule, line, subject, detail, [], isUnread);
    }
    if (isWithin(head) && isWithin(tail)) this.#queuedZeros(head, tail, size);
  }

  /** Another width than IQA has is that of another moment, or every second slot is read as one of its own. */
  #width(line: number): void {
    const { registers, mode, unit } = this.#known;
    const { SMTS, ADMS } = unit.capabilities;
    const iqa = registers.get('IQA');
    if (iqa === undefined || this.#slotWords === undefined || this.#queue?.base !== (iqa & ~0xfffn)) return;
    const isWide = (iqa & queueAddressFields.DW.mask) !== 0n;
    // A width that the unit or its mode does not have is named at IQA.
    const isNamed = isWide ? SMTS + ADMS === 0 : mode === 'scalable';
    if (isNamed || isWide === (this.#slotWords === WIDE)) return;
    const detail = `slots of ${this.#slotWords * 64} bits; IQA has DW ${isWide ? 1 : 0}`;
    this.#tell('lint.queue.register', line, `${this.#known.name}, invalidation queue`, detail, []);
  }

  /** IQA tells the bytes, when it is the same queue, and the slots that are shown their width. */
  #size(): number {
    const iqa = this.#known.registers.get('IQA');
    const { QS, DW } = queueAddressFields;
    if (iqa !== undefined && iqa !== 0n && this.#queue?.base === (iqa & ~0xfffn)) {
      const words = this.#slotWords ?? ((iqa & DW.mask) === 0n ? 2 : 4);
      return (1 << (Number(extract(iqa, QS.high, QS.low)) + 9)) / words;
    }
    return this.#isWhole && this.#slots > SLOTS_OF_LINUX ? this.#slots : SLOTS_OF_LINUX;
  }

  /** The unit stops at the first slot of zeros; what was queued may be of another moment than what is shown. */
  #queuedZeros(head: number, tail: number, size: number): void {
    for (let index = head; index !== tail; index = (index + 1) % size) {
      const line = this.#zeros.get(index);
      if (line === undefined) continue;
      const subject = `${this.#known.name}, slot ${index}`;
      this.#tell('invalidation.queue.invalid-type', line, subject, 'queued, and all zeros', [], true);
      return;
    }
  }

  /** Without a register that tells the mode: the one that takes every type the slots have room for. */
  #mode(words: number): QueueMode {
    const { mode } = this.#known;
    if (words === 2) return queueMode(mode === 'scalable' || mode === 'abort' ? mode : 'legacy', 128);
    return queueMode(mode ?? 'scalable', 256);
  }

  #tell(
    rule: string,
    line: number,
    subject: string,
    detail: string,
    words: readonly bigint[],
    isOpen = false,
  ): void {
    const level = isOpen ? 'may' : levelOf(rule);
    this.#report({ place: { file: this.#file, line }, rule, level, subject, detail, words });
  }
}
