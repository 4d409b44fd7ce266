/** Runs operations as qtest commands; virtual time is stepped. For builds with the qtest accelerator. */
import { markers } from './layout.ts';
import { type Executor, type Operation, resultCount } from './operations.ts';
import { hex, type Qtest } from './qtest-client.ts';
import { INVALIDATION_ERRORS } from './registers.ts';

/** edu completes a DMA 100 ms of virtual time after it was started. */
const DMA_NANOSECONDS = 100_000_000;

type Feed = Extract<Operation, { op: 'feed' }>;
type Plain = Exclude<Operation, Feed>;

export class QtestExecutor implements Executor {
  readonly #client: Qtest;

  constructor(client: Qtest) {
    this.#client = client;
  }

  async run(operations: readonly Operation[]): Promise<BigUint64Array> {
    const results = new BigUint64Array(resultCount(operations));
    let result = 0;
    let plain: Plain[] = [];
    const flush = async () => {
      for (const value of await this.#runPlain(plain)) results[result++] = value;
      plain = [];
    };
    for (const operation of operations) {
      if (operation.op !== 'feed') {
        plain.push(operation);
        continue;
      }
      await flush();
      await this.#feed(operation);
    }
    await flush();
    return results;
  }

  async #runPlain(operations: readonly Plain[]): Promise<readonly bigint[]> {
    const replies = await this.#client.send(operations.flatMap(commandsOf));
    const results: bigint[] = [];
    let reply = 0;
    for (const { op } of operations) {
      if (op === 'wait') {
        const status = BigInt(replies[reply + 1] as string);
        results.push((status & 1n) === 0n ? 1n : 0n);
      } else if (op === 'read64' || op === 'read32') {
        results.push(BigInt(replies[reply] as string));
      }
      reply += op === 'wait' ? 2 : 1;
    }
    return results;
  }

  async #feed({ address, slotSize, words }: Feed): Promise<void> {
    const [head = 0n, queue = 0n] = await this.#read64([address + 0x80n, address + 0x90n]);
    const slot = (queue & ~0xfffn) + head;
    const before = await this.#read64([0n, 8n, 16n, 24n].map((offset) => slot + offset));
    const tail = (head + BigInt(slotSize)) & ((0x1000n << (queue & 7n)) - 1n);
    const writeTail = `writeq ${hex(address + 0x88n)} ${hex(tail)}`;
    await this.#client.send([
      writeWords(slot, BigUint64Array.from(words)),
      writeTail,
      `writel ${hex(address + 0x34n)} ${hex(INVALIDATION_ERRORS)}`,
      writeTail,
      writeWords(slot, BigUint64Array.from(before)),
    ]);
  }

  async #read64(addresses: readonly bigint[]): Promise<readonly bigint[]> {
    const replies = await this.#client.send(addresses.map((address) => `readq ${hex(address)}`));
    return replies.map(BigInt);
  }
}

function commandsOf(operation: Plain): readonly string[] {
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
