/** Runs operations by the guest program: writes them into memory, rings, and waits for the done byte. */
import type { GuestProgram } from './guest-program.ts';
import { GUEST, SCRATCH, SCRATCH_PARTS } from './layout.ts';
import type { MemoryFile } from './memory-file.ts';
import { type Executor, type Operation, resultCount, WAIT_LOOKS } from './operations.ts';
import { hex, type QtestClient } from './qtest-client.ts';

const OPERATION_SIZE = 24;
const { operations: operationsAt, operationsSize, results: resultsAt, resultsSize } = SCRATCH_PARTS;
/** Interrupt message to local APIC 0, delivery mode NMI. */
const NMI_ADDRESS = 0xfee0_0000;
const NMI_DATA = 0x400;

export class GuestExecutor implements Executor {
  readonly #client: QtestClient;
  readonly #scratch: MemoryFile;
  readonly #nextDone: () => Promise<void>;
  readonly #handlers: GuestProgram['handlers'];
  readonly #bytes = Buffer.alloc(operationsSize);
  readonly #words = new BigUint64Array(this.#bytes.buffer, this.#bytes.byteOffset, operationsSize / 8);

  /** `nextDone` resolves when the guest has written one byte to the done port. */
  constructor(
    client: QtestClient,
    scratch: MemoryFile,
    { handlers }: GuestProgram,
    nextDone: () => Promise<void>,
  ) {
    this.#handlers = handlers;
    this.#client = client;
    this.#scratch = scratch;
    this.#nextDone = nextDone;
  }

  async run(operations: readonly Operation[]): Promise<BigUint64Array> {
    const results = new BigUint64Array(resultCount(operations));
    for (let done = 0, start = 0; start < operations.length; ) {
      const { next, size, count } = this.#encode(operations, start);
      await this.#ring(size);
      this.#scratch.read(resultsAt, results.subarray(done, done + count));
      done += count;
      start = next;
    }
    return results;
  }

  async #ring(size: number): Promise<void> {
    this.#scratch.write(operationsAt, this.#bytes.subarray(0, size));
    const mailbox = [operationsAt, resultsAt].map((offset) => SCRATCH.start + BigInt(offset));
    this.#scratch.write(Number(GUEST.mailbox - SCRATCH.start), BigUint64Array.from(mailbox));
    const done = this.#nextDone();
    await Promise.all([done, this.#client.send([`writel ${hex(NMI_ADDRESS)} ${hex(NMI_DATA)}`])]);
  }

  /** Encodes as many operations from `start` as fit, and an `end`. */
  #encode(operations: readonly Operation[], start: number): { next: number; size: number; count: number } {
    const handlers = this.#handlers;
    const words = this.#words;
    let at = 0;
    let count = 0;
    let next = start;
    for (; next < operations.length; next++) {
      const operation = operations[next] as Operation;
      const inline = 'words' in operation ? operation.words : [];
      const full =
        8 * (at + inline.length) + 2 * OPERATION_SIZE > operationsSize || 8 * (count + 1) > resultsSize;
      if (full && next > start) break;
      words[at] = handlers[operation.op];
      words[at + 1] = operation.address;
      words[at + 2] = argumentOf(operation);
      at += 3;
      for (const word of inline) words[at++] = word;
      if (operation.op === 'read64' || operation.op === 'read32' || operation.op === 'wait') count++;
    }
    words[at] = handlers.end;
    return { next, size: 8 * at + OPERATION_SIZE, count };
  }
}

function argumentOf(operation: Operation): bigint {
  switch (operation.op) {
    case 'write64':
    case 'write32':
      return operation.value;
    case 'wait':
      return BigInt(WAIT_LOOKS);
    case 'words':
      return BigInt(operation.words.length);
    case 'mark':
      return BigInt(operation.count);
    case 'feed':
      return BigInt(operation.slotSize);
    case 'read64':
    case 'read32':
      return 0n;
  }
}
