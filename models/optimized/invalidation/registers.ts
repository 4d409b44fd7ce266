/** The registers that a stream writes and reads (VT-d 11.4), apart from what the queue keeps itself. */
import type { ReadableRegister, WritableRegister } from '../../../spec/schema.ts';
import { DOMAIN, type Executor, FINEST } from './executor.ts';
import { type InvalidationQueue, QUEUE_ERROR } from './invalidation-queue.ts';
import { type RemappingState, tableMode } from './remapping-state.ts';

const TRANSLATION_ENABLE = 0x8000_0000;
const SET_ROOT = 0x4000_0000;
const QUEUE_ENABLE = 0x0400_0000;
const INTERRUPT_ENABLE = 0x0200_0000;
const SET_INTERRUPT_TABLE = 0x0100_0000;
const COMPATIBILITY_INTERRUPTS = 0x0080_0000;
const ROOT_SET = 0x4000_0000;
/** ICC of CCMD_REG and IVT of IOTLB_REG, upper halves. */
const INVALIDATE = 0x8000_0000;

export class Registers {
  readonly #state: RemappingState;
  readonly #executor: Executor;
  readonly #queue: InvalidationQueue;
  /** IRES, IRTPS and CFIS of GSTS_REG. */
  #interruptStatus = 0;
  #rootHigh = 0;
  #rootLow = 0;
  #contextHigh = 0;
  #contextLow = 0;
  #iotlbHigh = 0;
  #iotlbLow = 0;
  #pageHigh = 0;
  #pageLow = 0;

  constructor(state: RemappingState, executor: Executor, queue: InvalidationQueue) {
    this.#state = state;
    this.#executor = executor;
    this.#queue = queue;
  }

  /** The root table was set before. */
  reset(rootHigh: number, rootLow: number): void {
    this.#setRoot(rootHigh, rootLow);
    this.#state.rootHigh = rootHigh;
    this.#state.rootLow = rootLow;
    this.#interruptStatus = 0;
    this.#contextHigh = 0;
    this.#contextLow = 0;
    this.#iotlbHigh = 0;
    this.#iotlbLow = 0;
    this.#pageHigh = 0;
    this.#pageLow = 0;
  }

  write(register: WritableRegister, value: bigint): void {
    const low = Number(value & 0xffff_ffffn);
    const high = Number(value >> 32n);
    const hasQueue = this.#state.capabilities.queue;
    switch (register) {
      case 'GCMD':
        this.#command(low);
        break;
      case 'RTADDR':
        this.#setRoot(high, low);
        break;
      case 'CCMD':
        this.#invalidateContexts(high, low);
        break;
      case 'IVA':
        this.#pageHigh = high;
        this.#pageLow = low;
        break;
      case 'IOTLB':
        this.#invalidateMappings(high, low);
        break;
      case 'FSTS':
        this.#queue.clearErrors(low);
        break;
      case 'IQT':
        if (hasQueue) this.#queue.setTail(low);
        break;
      case 'IQA':
        if (hasQueue) this.#queue.setAddress(high, low);
        break;
      case 'ICS':
        if ((low & 1) !== 0) this.#queue.clearCompletion();
        break;
      case 'IECTL':
        if (hasQueue) this.#queue.setMask(low >>> 31 !== 0);
        break;
    }
  }

  read(register: ReadableRegister): bigint {
    const queue = this.#queue;
    switch (register) {
      case 'GSTS':
        return BigInt(this.#status());
      case 'RTADDR':
        return join(this.#rootHigh, this.#rootLow);
      case 'CCMD':
        return join(this.#contextHigh, this.#contextLow);
      case 'IOTLB':
        return join(this.#iotlbHigh, this.#iotlbLow);
      case 'FSTS':
        return BigInt(queue.errors);
      default:
        return this.#state.capabilities.queue ? this.#readQueue(register) : 0n;
    }
  }

  #readQueue(register: ReadableRegister): bigint {
    const queue = this.#queue;
    switch (register) {
      case 'IQH':
        return BigInt(queue.head);
      case 'IQT':
        return BigInt(queue.tail);
      case 'IQA':
        return join(queue.addressHigh, queue.addressLow);
      case 'ICS':
        return queue.waitCompleted ? 1n : 0n;
      case 'IECTL':
        return BigInt((queue.masked ? 0x8000_0000 : 0) + (queue.interruptPending ? 0x4000_0000 : 0));
      default:
        return BigInt((queue.errors & QUEUE_ERROR) === 0 ? 0 : queue.errorInfo);
    }
  }

  /** GSTS_REG; the root table was set before the first step. */
  #status(): number {
    const { translating, queueing } = this.#state;
    const enabled = (translating ? TRANSLATION_ENABLE : 0) | (queueing ? QUEUE_ENABLE : 0);
    return (enabled | ROOT_SET | this.#interruptStatus) >>> 0;
  }

  #command(command: number): void {
    const state = this.#state;
    const { capabilities } = state;
    if ((command & SET_ROOT) !== 0) {
      state.rootHigh = this.#rootHigh;
      state.rootLow = this.#rootLow;
      if (capabilities.rootEmptiesCaches) this.#executor.dropEverything();
    }
    const translating = (command & TRANSLATION_ENABLE) !== 0;
    // Disabling empties the caches of units that have a scalable mode.
    if (state.translating && !translating && capabilities.scalable) this.#executor.dropEverything();
    state.translating = translating;
    if (capabilities.interrupts) this.#commandInterrupts(command);
    const queueing = (command & QUEUE_ENABLE) !== 0;
    if (!capabilities.queue || queueing === state.queueing) return;
    if (queueing) this.#queue.enable();
    else this.#queue.disable();
  }

  #commandInterrupts(command: number): void {
    const kept = this.#interruptStatus & SET_INTERRUPT_TABLE;
    this.#interruptStatus =
      kept | (command & (INTERRUPT_ENABLE | SET_INTERRUPT_TABLE | COMPATIBILITY_INTERRUPTS));
  }

  #setRoot(high: number, low: number): void {
    this.#rootHigh = high;
    this.#rootLow = (low & (this.#state.capabilities.separateRights ? 0xffff_fc80 : 0xffff_fc00)) >>> 0;
  }

  /** CCMD_REG: 61 and 62 ask for a granularity, 59 and 60 tell the one that was used, 0 for none (11.4.6.1). */
  #invalidateContexts(high: number, low: number): void {
    let used = (this.#contextHigh >>> 27) & 3;
    if ((high & INVALIDATE) !== 0) {
      const granularity = (high >>> 29) & 3;
      const isServed = this.#isServed() && granularity !== 0;
      const did = low & this.#state.capabilities.domainMask;
      used = isServed ? this.#executor.context(granularity, did, low >>> 16, high & 3) : 0;
    }
    this.#contextHigh = (high & 0x6000_0000) | (used << 27);
    this.#contextLow = low & 0xffff;
  }

  /** IOTLB_REG: 60 and 61 ask, 57 and 58 tell; the page is that of IVA_REG (11.4.6.3). */
  #invalidateMappings(high: number, low: number): void {
    const { pageSelective, largestMask, domainMask } = this.#state.capabilities;
    let used = (this.#iotlbHigh >>> 25) & 3;
    if ((high & INVALIDATE) !== 0) {
      const asked = (high >>> 28) & 3;
      const granularity = asked === FINEST && !pageSelective ? DOMAIN : asked;
      const mask = this.#pageLow & 0x3f;
      const isMaskKnown = granularity !== FINEST || mask <= largestMask;
      const isServed = this.#isServed() && granularity !== 0 && isMaskKnown;
      const hint = (this.#pageLow & 0x40) !== 0;
      used = isServed
        ? this.#executor.iotlb(granularity, high & domainMask, this.#pageHigh, this.#pageLow, mask, hint)
        : 0;
    }
    this.#iotlbHigh = ((high & 0x3003_ffff) | (used << 25)) >>> 0;
    this.#iotlbLow = low;
  }

  /** Registers invalidate in legacy mode only, and while no queue does. */
  #isServed(): boolean {
    return tableMode(this.#state) === 0 && !this.#state.queueing;
  }
}

function join(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
