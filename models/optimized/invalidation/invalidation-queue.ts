/**
 * The invalidation queue and its registers (VT-d 6.5.2, 11.4.9): descriptors are fetched from the head on as
 * long as nothing is wrong; an error stops the head at the descriptor until software clears IQE.
 */
import { memory } from '../tables-memory.ts';
import { descriptorError, typeOf, WAIT } from './descriptor-check.ts';
import type { Executor } from './executor.ts';
import { type RemappingState, tableMode } from './remapping-state.ts';

export const QUEUE_ERROR = 0x10;
const TIMEOUT = 0x40;
/** IQE, ICE and ITE. */
const INVALIDATION_ERRORS = 0x70;

const INVALID_TAIL = 1;
const FETCH_ERROR = 2;
const INVALID_WIDTH = 5;
const TAIL_UNALIGNED = 6;
const INVALID_MODE = 7;

const STATUS_WRITE = 0x20;
const INTERRUPT_FLAG = 0x10;
const PAGE = 4096;

export class InvalidationQueue {
  /** IQA_REG, halves. */
  addressHigh = 0;
  addressLow = 0;
  head = 0;
  tail = 0;
  /** IQE, ICE and ITE of FSTS_REG. */
  errors = 0;
  /** IQEI of IQERCD_REG. */
  errorInfo = 0;
  /** IWC of ICS_REG; IM and IP of IECTL_REG. */
  waitCompleted = false;
  masked = true;
  interruptPending = false;
  readonly #state: RemappingState;
  readonly #executor: Executor;

  constructor(state: RemappingState, executor: Executor) {
    this.#state = state;
    this.#executor = executor;
  }

  reset(addressHigh: number, addressLow: number): void {
    this.setAddress(addressHigh, addressLow);
    this.head = 0;
    this.tail = 0;
    this.errors = 0;
    this.errorInfo = 0;
    this.waitCompleted = false;
    this.masked = true;
    this.interruptPending = false;
  }

  /** Bytes of the queue: 2^QS pages. */
  get size(): number {
    return PAGE << (this.addressLow & 7);
  }

  /** DW: descriptors of 256 bits. */
  get wide(): boolean {
    return (this.addressLow & 0x800) !== 0;
  }

  /** Bytes of a slot. */
  get slot(): number {
    return this.wide ? 32 : 16;
  }

  setAddress(high: number, low: number): void {
    this.addressHigh = high;
    this.addressLow = (low & 0xffff_f807) >>> 0;
    // Bit 4 of the head is never set where it is reserved (11.4.9.1).
    if (this.wide) this.head &= ~0x10;
  }

  setTail(low: number): void {
    this.tail = low & 0x7_fff0;
    this.fetch();
  }

  enable(): void {
    this.#state.queueing = true;
    this.fetch();
  }

  disable(): void {
    this.#executor.finish();
    this.#state.queueing = false;
    this.head = 0;
  }

  /** Clears the errors that are set in `low`; once the queue is in order, it goes on. */
  clearErrors(low: number): void {
    this.errors &= ~(low & INVALIDATION_ERRORS);
    this.fetch();
  }

  clearCompletion(): void {
    this.waitCompleted = false;
    this.interruptPending = false;
  }

  setMask(masked: boolean): void {
    this.masked = masked;
    // What was held back is sent now.
    if (!masked) this.interruptPending = false;
  }

  /** Fetches all that there is; at most a whole queue, since the tail is checked before. */
  fetch(): void {
    const { capabilities } = this.#state;
    while (this.#state.queueing && this.head !== this.tail && (this.errors & (QUEUE_ERROR | TIMEOUT)) === 0) {
      const mode = tableMode(this.#state);
      const error = this.#queueError(mode);
      if (error !== 0) {
        this.#fail(error);
        return;
      }
      const at = this.#locate();
      if (at < 0) {
        this.#fail(FETCH_ERROR);
        return;
      }
      const invalid = descriptorError(capabilities.descriptors, memory.halves, at, mode === 0, this.wide);
      if (invalid !== 0) {
        this.#fail(invalid);
        return;
      }
      this.head = (this.head + this.slot) % this.size;
      if (typeOf(memory.halves[at] as number) === WAIT) this.#wait(at);
      else this.#executor.accept(memory.halves, at);
    }
  }

  /** What is wrong with the queue as a whole. */
  #queueError(mode: number): number {
    const { scalable, abortDma } = this.#state.capabilities;
    if (mode === 2 || (mode === 1 && !scalable) || (mode === 3 && !abortDma)) return INVALID_MODE;
    if (this.wide ? !scalable && !abortDma : mode !== 0) return INVALID_WIDTH;
    if (this.wide && (this.tail & 0x10) !== 0) return TAIL_UNALIGNED;
    return this.tail >= this.size ? INVALID_TAIL : 0;
  }

  #fail(info: number): void {
    this.errors |= QUEUE_ERROR;
    this.errorInfo = info;
  }

  /** Index in memory of the descriptor at the head. */
  #locate(): number {
    this.head %= this.size;
    const low = ((this.addressLow & 0xffff_f000) >>> 0) + this.head;
    const carry = low > 0xffff_ffff ? 1 : 0;
    return memory.locate(this.addressHigh + carry, low >>> 0);
  }

  /** Everything before is executed, and software learns of it (6.5.2.9, 6.5.2.10). */
  #wait(at: number): void {
    this.#executor.finish();
    const { halves } = memory;
    const low = halves[at] as number;
    if ((low & STATUS_WRITE) !== 0) {
      const high = ((halves[at + 3] as number) & this.#state.capabilities.hostHigh) >>> 0;
      writeStatus(high, ((halves[at + 2] as number) & ~3) >>> 0, halves[at + 1] as number);
    }
    if ((low & INTERRUPT_FLAG) === 0 || this.waitCompleted) return;
    this.waitCompleted = true;
    this.interruptPending = this.masked;
  }
}

/** One write of 32 bits; where no memory is, nothing happens. */
function writeStatus(high: number, low: number, data: number): void {
  const address = (BigInt(high) << 32n) | BigInt((low & ~7) >>> 0);
  const word = memory.read(address);
  if (word === undefined) return;
  const upper = (low & 4) !== 0;
  const kept = upper ? word & 0xffff_ffffn : word & 0xffff_ffff_0000_0000n;
  memory.store(address, kept | (upper ? BigInt(data) << 32n : BigInt(data)));
}
