/**
 * The invalidation queue of one unit (6.5.2): every descriptor that was ever written to it, and whether head and tail
 * lie within. A slot of zeros was never used, unless it is queued.
 */
import { checkDescriptor, typeOf } from '../../models/reference/invalidation/descriptor.ts';
import { type Unit, unitOf } from '../../models/reference/invalidation/unit-facts.ts';
import { extract } from '../../spec/bits.ts';
import type { QueueRecord, SlotRecord } from '../../spec/dumps.ts';
import { shortHex } from '../../spec/hex.ts';
import { type QueueMode, queueMode } from '../../spec/invalidation/modes.ts';
import { queueAddressFields } from '../../spec/invalidation/registers.ts';
import { levelOf, type Report } from './finding.ts';
import { reservedBits } from './reserved-bits.ts';
import type { KnownUnit } from './units.ts';

/** QI_LENGTH: the only system that prints this makes its queues so, and people show a part of it. */
const SLOTS_OF_LINUX = 256;
const PAGE_RESPONSE = 9;
const WAIT = 5;
const PAGE_SELECTIVE = 'invalidation.descriptor.iotlb.capability';

export class QueueJudge {
  readonly #known: KnownUnit;
  readonly #unit: Unit;
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
    this.#unit = unitOf(known.unit.profile);
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
    const { defects, doubts, format, get } = checkDescriptor(this.#unit, this.#mode(words.length), words);
    const title = format?.format.layout.title.toLowerCase() ?? `type ${typeOf(words[0] ?? 0n)}`;
    const subject = `${this.#known.name}, slot ${index}, ${title}`;
    for (const { rule } of defects) {
      const isReserved = rule.endsWith('.reserved') && format !== undefined;
      const detail = isReserved ? reservedBits(format.resolved, words) : this.#reason(rule, words);
      // Page responses had private data in older revisions: the unit may be of one.
      const isOlder = format?.format.type === PAGE_RESPONSE && isPrivateData(words);
      this.#tell(
        rule,
        line,
        subject,
        isOlder ? `${detail}: private data of older revisions` : detail,
        words,
        isOlder,
      );
    }
    if (defects.length > 0) return;
    for (const { rule, name } of doubts)
      this.#tell(rule, line, subject, `${name}: taken or refused`, words, true);
    if (format?.format.type === WAIT && get('SW') === 1n) this.#statusAddress(words, line, subject);
  }

  /** After the last slot: only now the size is known that the dump shows. */
  end(): void {
    if (this.#queue === undefined) return;
    const { head, tail, line } = this.#queue;
    const size = this.#size();
    const subject = `${this.#known.name}, invalidation queue`;
    if (head >= size) this.#tell('lint.queue.head', line, subject, `head ${head} of ${size} slots`, []);
    if (tail >= size)
      this.#tell('invalidation.queue.tail-beyond', line, subject, `tail ${tail} of ${size} slots`, []);
    if (head < size && tail < size) this.#queuedZeros(head, tail, size);
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

  #reason(rule: string, words: readonly bigint[]): string {
    const type = typeOf(words[0] ?? 0n);
    if (rule === PAGE_SELECTIVE) return 'page-selective, and the unit has PSI 0';
    if (rule.endsWith('.granularity')) return `granularity ${extract(words[0] ?? 0n, 5, 4)} is reserved`;
    if (rule.endsWith('.wide-slots')) return 'words 2 and 3 of a descriptor of 128 bits are not zero';
    if (rule.endsWith('.capability')) return `type ${type}, which the unit does not have`;
    if (rule.endsWith('.invalid-type')) return `type ${type} is defined by nobody`;
    return `type ${type} in a queue of ${words.length * 64}-bit slots, translation mode ${this.#known.mode ?? 'legacy'}`;
  }

  /** What a write there does is undefined (6.5.2.9). */
  #statusAddress(words: readonly bigint[], line: number, subject: string): void {
    const address = (words[1] ?? 0n) & this.#unit.hostMask & ~3n;
    if (address >> 20n === 0xfeen)
      this.#tell('lint.queue.status-address', line, subject, `status address ${shortHex(address)}`, words);
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

/** Bit 5 told that words 2 and 3 hold private data; nothing else is set that must not be. */
function isPrivateData([first = 0n, second = 0n]: readonly bigint[]): boolean {
  const PRIVATE = 1n << 5n;
  const reserved = (0b111n << 6n) | (0xfffn << 52n);
  return (
    (first & PRIVATE) !== 0n && (first & reserved) === 0n && (second & ~0xfffn) === 0n && (second & 3n) === 0n
  );
}
