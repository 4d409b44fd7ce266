/** Runs operations as qtest commands; virtual time is stepped. For builds with the qtest accelerator. */
import { markers } from './layout.ts';
import { type Executor, type Operation, resultCount } from './operations.ts';
import { hex, type Qtest } from './qtest-client.ts';

/** edu completes a DMA 100 ms of virtual time after it was started. */
const DMA_NANOSECONDS = 100_000_000;

export class QtestExecutor implements Executor {
  readonly #client: Qtest;

  constructor(client: Qtest) {
    this.#client = client;
  }

  async run(operations: readonly Operation[]): Promise<BigUint64Array> {
    const replies = await this.#client.send(operations.flatMap(commandsOf));
    const results = new BigUint64Array(resultCount(operations));
    let reply = 0;
    let result = 0;
    for (const operation of operations) {
      const { op } = operation;
      if (op === 'wait') {
        const status = BigInt(replies[reply + 1] as string);
        results[result++] = (status & 1n) === 0n ? 1n : 0n;
      } else if (op === 'read64' || op === 'read32') {
        results[result++] = BigInt(replies[reply] as string);
      }
      reply += op === 'wait' ? 2 : 1;
    }
    return results;
  }
}

function commandsOf(operation: Operation): readonly string[] {
  const address = hex(operation.address);
  switch (operation.op) {
    case 'write64':
      return [`writeq ${address} ${hex(operation.value)}`];
    case 'write32':
      return [`writel ${address} ${hex(operation.value)}`];
    case 'read64':
      return [`readq ${address}`];
    case 'read32':
      return [`readl ${address}`];
    case 'wait':
      return [`clock_step ${DMA_NANOSECONDS}`, `readl ${address}`];
    case 'words':
      return [writeWords(operation.address, BigUint64Array.from(operation.words))];
    case 'mark':
      return [writeWords(operation.address, markers(operation.address, 8 * operation.count))];
  }
}

function writeWords(address: bigint, words: BigUint64Array): string {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return `write ${hex(address)} ${hex(bytes.length)} 0x${bytes.toString('hex')}`;
}
