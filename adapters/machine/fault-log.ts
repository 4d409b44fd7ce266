/**
 * Primary fault logging (7.2): fault recording registers taken in turn, FSTS_REG (11.4.9) and the fault
 * event of FECTL_REG (11.4.10). Several faults of one requester are not collapsed into one record, which
 * 7.2 leaves to the implementation.
 */
import type { FaultRecord } from '../../spec/schema.ts';

const PENDING_FAULT = 1 << 1;
const OVERFLOW = 1 << 0;
/** F in the uppermost 32 bits of a record. */
const F = 0x8000_0000;
const INTERRUPT_MASK = 0x8000_0000;
const INTERRUPT_PENDING = 0x4000_0000;

/** T1 and T2 (11.4.7.6), in the upper word of a record. */
const types = {
  write: 0n,
  'page-request': 1n << 28n,
  read: 1n << 62n,
  atomic: (1n << 62n) | (1n << 28n),
} as const;

export class FaultLog {
  /** The registers as 32-bit words, four each. */
  readonly #words: Uint32Array;
  readonly #count: number;
  #next = 0;
  #firstPending = 0;
  #overflow = false;
  #masked = true;
  #eventPending = false;
  /** Fault event messages that were sent. */
  eventsSent = 0;

  constructor(registers: number) {
    this.#count = registers;
    this.#words = new Uint32Array(4 * registers);
  }

  /** Records a fault, or notes that there is no room for it. */
  record(fault: FaultRecord): void {
    if (this.#overflow) return;
    const at = 4 * this.#next;
    if (this.readWord(at + 3) >= F) {
      this.#overflow = true;
      return;
    }
    const isFirst = !this.#anyPending();
    if (isFirst) this.#firstPending = this.#next;
    new BigUint64Array(this.#words.buffer, 4 * at, 2).set(encode(fault));
    this.#next = (this.#next + 1) % this.#count;
    if (isFirst) this.#raiseEvent();
  }

  /** The index goes back to the first register: translation was disabled. */
  restart(): void {
    this.#next = 0;
  }

  /** 32-bit word `index` of the registers; 0 beyond them. */
  readWord(index: number): number {
    return this.#words[index] ?? 0;
  }

  /** F is cleared by writing 1; all else is read-only. */
  writeWord(index: number, value: number): void {
    if (index % 4 === 3 && value >= F) this.#words[index] = this.readWord(index) & ~F;
    this.#dropEvent();
  }

  /** FSTS: FRI 15:8, PPF 1, PFO 0. */
  get status(): number {
    const pending = this.#anyPending() ? PENDING_FAULT : 0;
    return (this.#firstPending << 8) | pending | (this.#overflow ? OVERFLOW : 0);
  }

  set status(clear: number) {
    if ((clear & OVERFLOW) !== 0) this.#overflow = false;
    this.#dropEvent();
  }

  /** FECTL: IM 31, IP 30. */
  get control(): number {
    return (this.#masked ? INTERRUPT_MASK : 0) + (this.#eventPending ? INTERRUPT_PENDING : 0);
  }

  set control(value: number) {
    this.#masked = value >= INTERRUPT_MASK;
    this.#sendEvent();
  }

  #anyPending(): boolean {
    return this.#words.some((word, index) => index % 4 === 3 && word >= F);
  }

  #raiseEvent(): void {
    this.#eventPending = true;
    this.#sendEvent();
  }

  #sendEvent(): void {
    if (!this.#eventPending || this.#masked) return;
    this.#eventPending = false;
    this.eventsSent++;
  }

  /** An event that is held is dropped once software has cleared all that it was for. */
  #dropEvent(): void {
    if (!this.#overflow && !this.#anyPending()) this.#eventPending = false;
  }
}

/** The two words of a record: FI; F, T1, T2, FR, PP and SID. */
function encode({ code = 0, sourceId = 0, address = 0n, op = 'write', pasidPresent }: FaultRecord): bigint[] {
  const pasid = pasidPresent ? 1n << 31n : 0n;
  return [address, (1n << 63n) | types[op] | (BigInt(code) << 32n) | pasid | BigInt(sourceId)];
}
