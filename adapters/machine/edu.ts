/** QEMU's educational PCI device, as far as the adapter uses it: a buffer, and DMA between it and memory. */
import { EDU_BUFFER, edu } from '../qemu/registers.ts';

/** How a device reaches memory. Transfers of any length. */
export interface BusMaster {
  read(address: bigint, into: Uint8Array): void;
  write(address: bigint, from: Uint8Array): void;
}

const IDENTIFICATION = 0x0100_00edn;
const RUN = 1n;
const TO_MEMORY = 2n;
const BUFFER_SIZE = 4096;
/** A DMA is done so long after it was started. */
const DMA_NANOSECONDS = 100_000_000;

export class Edu {
  readonly #bus: BusMaster;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  /** Source, destination, count, command. */
  readonly #registers = new BigUint64Array(4);
  #remaining = 0;

  constructor(bus: BusMaster) {
    this.#bus = bus;
  }

  read(offset: number): bigint {
    return offset === 0 ? IDENTIFICATION : (this.#registers[indexOf(offset)] ?? 0n);
  }

  /** Registers take the whole value in one access, and nothing while a DMA is under way. */
  write(offset: number, value: bigint): void {
    const index = indexOf(offset);
    if ((this.#command & RUN) !== 0n || index < 0 || index > 3) return;
    this.#registers[index] = value;
    if ((this.#command & RUN) !== 0n) this.#remaining = DMA_NANOSECONDS;
  }

  /** Lets time pass. */
  pass(nanoseconds: number): void {
    if ((this.#command & RUN) === 0n) return;
    this.#remaining -= nanoseconds;
    if (this.#remaining > 0) return;
    this.#transfer();
    this.#registers[3] = this.#command & ~RUN;
  }

  get #command(): bigint {
    return this.#registers[3] as bigint;
  }

  #transfer(): void {
    const [source, destination, count, command] = this.#registers as unknown as [
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    const toMemory = (command & TO_MEMORY) !== 0n;
    const start = Number((toMemory ? source : destination) - EDU_BUFFER);
    // 7.2 takes a transfer that touches the last byte for one beyond it.
    if (start < 0 || start + Number(count) >= BUFFER_SIZE) throw new Error('edu: DMA range out of bounds');
    const part = this.#buffer.subarray(start, start + Number(count));
    if (toMemory) this.#bus.write(destination, part);
    else this.#bus.read(source, part);
  }
}

function indexOf(offset: number): number {
  return (offset - Number(edu.source)) / 8;
}
