/**
 * Software that owns the unit: registers changed one field a write (VT-d 11.4.4), descriptors put at the tail,
 * waits with status words of their own, and the register-based interface where there is no queue.
 */
import type { Choices } from './choices.ts';
import {
  contextCommand,
  encode,
  encodeWait,
  iotlbAddress,
  iotlbCommand,
  type Selector,
} from './invalidation-descriptors.ts';
import { some, unusedAddress, unusedDomain, withIgnoredBits } from './invalidation-ignored-bits.ts';
import type { Stage } from './invalidation-stage.ts';
import { PAGE_BYTES } from './tables.ts';

const TE = 1n << 31n;
const SRTP = 1n << 30n;
const QIE = 1n << 26n;
export const WIDE = 1n << 11n;
const IQE = 0x10n;
/** A descriptor of a type that nobody defined. */
const NO_TYPE: readonly bigint[] = [0n, 0n];
const STUMBLES_ONE_IN = 24;
const STATUS_WORDS = 64;
const FIRST_STATUS = 0x1001;

/** The registers before the first step. */
export interface Start {
  readonly rtaddr: bigint;
  readonly translationEnabled: boolean;
  readonly iqa?: bigint;
}

export class Software {
  readonly stage: Stage;
  /** A page for status words. */
  readonly statusPage: number;
  translation: boolean;
  queue: boolean;
  /** RTADDR_REG and IQA_REG as last written. */
  rtaddr: bigint;
  iqa: bigint;
  /** Slot of the tail. */
  tail = 0;
  #statuses = 0;

  constructor(stage: Stage, statusPage: number, start: Start) {
    this.stage = stage;
    this.statusPage = statusPage;
    this.rtaddr = start.rtaddr;
    this.translation = start.translationEnabled;
    this.queue = start.iqa !== undefined;
    this.iqa = start.iqa ?? 0n;
  }

  get isWide(): boolean {
    return (this.iqa & WIDE) !== 0n;
  }

  /** Bytes of a slot. */
  get slotBytes(): number {
    return this.isWide ? 32 : 16;
  }

  get slots(): number {
    return (PAGE_BYTES << Number(this.iqa & 7n)) / this.slotBytes;
  }

  /** Host address of a slot of the queue. */
  slotAddress(slot: number): number {
    const base = Number(this.iqa & 0xf_ffff_ffff_f000n);
    return base + (slot % this.slots) * this.slotBytes;
  }

  submit(descriptors: bigint[][], times = 1): void {
    if (descriptors.length === 0) return;
    this.stage.steps.push({ step: 'submit', descriptors, ...(times > 1 ? { times } : {}) });
    const words = this.slotBytes / 8;
    const taken = descriptors.reduce((sum, descriptor) => sum + Math.ceil(descriptor.length / words), 0);
    this.tail = (this.tail + taken * times) % this.slots;
  }

  /** A wait that proves completion; most write a status word. */
  wait(choices: Choices): bigint[] {
    return this.#dressed(this.#plainWait(choices), choices);
  }

  #plainWait(choices: Choices): bigint[] {
    const status = this.status();
    const { PDS } = this.stage.ground.target.capabilities;
    switch (choices.pick(12)) {
      case 8:
        return encodeWait({ interrupt: true });
      case 9:
        return encodeWait({ interrupt: true, ...(this.#isBold(choices) ? { status } : {}) });
      case 10:
        return encodeWait({ fence: true, status });
      case 11:
        return encodeWait({ pageDrain: PDS === 1, status });
      default:
        return encodeWait({ status });
    }
  }

  /**
   * QEMU dies of a wait with both interrupt and status, and starting it again costs as much as a hundred streams;
   * it stops at one with FN alone. Emulators get them seldom.
   */
  #isBold(choices: Choices): boolean {
    return !this.stage.ground.target.emulated || choices.oneIn(24);
  }

  /** A wait for nothing but the order of the queue. */
  fence(choices: Choices): bigint[] {
    return encodeWait({ fence: true, ...(this.#isBold(choices) ? {} : { status: this.status() }) });
  }

  /** An interrupt, and at times a status. */
  interrupt(choices: Choices): bigint[] {
    const both = choices.oneIn(3) && this.#isBold(choices);
    return encodeWait({ interrupt: true, ...(both ? { status: this.status() } : {}) });
  }

  /** A descriptor for `selector`, at times with bits that the unit does not look at. */
  encode(selector: Selector, choices: Choices): bigint[] {
    return this.#dressed(encode(selector), choices);
  }

  #dressed(words: bigint[], choices: Choices): bigint[] {
    const { target, legacy } = this.stage.ground;
    return withIgnoredBits(target, legacy, words, choices);
  }

  /** New status data, and a word for it that was not used for long. */
  status(): { readonly data: number; readonly address: number } {
    const index = this.#statuses++;
    return { data: FIRST_STATUS + index, address: this.statusPage + 8 * (index % STATUS_WORDS) };
  }

  /** Reads the last status word that `status` gave. */
  loadStatus(): void {
    this.stage.load(this.statusPage + 8 * (Math.max(this.#statuses - 1, 0) % STATUS_WORDS));
  }

  /** The same by registers, legacy mode only (6.5.1). Other kinds can't be had this way. */
  command(selector: Selector, choices: Choices): void {
    const { stage } = this;
    const { target } = stage.ground;
    const beyond = choices.oneIn(2);
    if (selector.kind === 'context') {
      const unused = beyond ? some(unusedDomain(target), choices) : 0n;
      stage.write('CCMD', contextCommand(selector) | unused);
      if (choices.oneIn(4)) stage.read('CCMD');
    } else if (selector.kind === 'iotlb') {
      const unused = beyond ? some(unusedAddress(target), choices) : 0n;
      stage.write('IVA', iotlbAddress(selector) | unused);
      stage.write('IOTLB', iotlbCommand(selector));
      if (choices.oneIn(4)) stage.read('IOTLB');
    }
  }

  setTranslation(on: boolean): void {
    if (on === this.translation) return;
    this.translation = on;
    this.#control(0n);
  }

  setQueue(on: boolean): void {
    if (on === this.queue) return;
    this.queue = on;
    this.#control(0n);
  }

  setRoot(rtaddr: bigint): void {
    this.rtaddr = rtaddr;
    this.stage.write('RTADDR', rtaddr);
    this.#control(SRTP);
  }

  /** IQA and IQT, with the queue off. */
  placeQueue(iqa: bigint): void {
    this.iqa = iqa;
    this.stage.write('IQA', iqa);
    this.setTail(0);
  }

  /** A queue in another page; seldom with slots of the other width. */
  otherQueue(choices: Choices): bigint {
    const { legacy, tables } = this.stage.ground;
    const isWide = choices.oneIn(12) || !legacy;
    return BigInt(tables.page()) | (isWide ? WIDE : 0n);
  }

  setTail(slot: number): void {
    this.tail = slot;
    this.stage.write('IQT', BigInt(slot * this.slotBytes));
  }

  /** One change a write: what is on stays on. */
  #control(command: bigint): void {
    this.stage.write('GCMD', (this.translation ? TE : 0n) | (this.queue ? QIE : 0n) | command);
  }

  /** A wait in a slot, without a word to the unit. */
  putWait(slot: number): void {
    const address = BigInt(this.slotAddress(slot));
    this.stage.store({ address, words: encodeWait({ status: this.status() }) });
    if (this.isWide) this.stage.store({ address: address + 16n, words: [0n, 0n] });
  }

  /**
   * Does `selectors` by queue or registers; with `wait` all of them are done at the end, seldom past an error that
   * leaves those ahead of it to be completed (6.5.2.11).
   */
  invalidate(selectors: readonly Selector[], wait: boolean, choices: Choices): void {
    if (!this.queue) {
      for (const selector of selectors) this.command(selector, choices);
      return;
    }
    const descriptors = selectors.map((selector) => this.encode(selector, choices));
    const stumbles = wait && choices.oneIn(STUMBLES_ONE_IN);
    if (stumbles) descriptors.push([...NO_TYPE]);
    if (wait) descriptors.push(this.wait(choices));
    this.submit(descriptors);
    if (stumbles) {
      this.putWait(this.tail + this.slots - 2);
      this.stage.write('FSTS', IQE);
    }
    if (wait && choices.oneIn(3)) this.loadStatus();
  }
}
