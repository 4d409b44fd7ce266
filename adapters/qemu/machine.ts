/**
 * A running machine: q35 with the remapping unit under test, the requesters, and memory that both sides
 * see. Time under TCG: -icount with sleep=off jumps over idle time, shift=10 makes an instruction worth
 * 1.024 µs, and without the PIT (18 interrupts a second) nothing but edu's timers is ever due.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetAtExit, undoAtExit } from './at-exit.ts';
import type { Binary } from './binaries.ts';
import type { Configuration } from './configuration.ts';
import { writeTokens } from './edu-buffers.ts';
import { firmwareImage, pageTables, scratchImage } from './firmware.ts';
import { GuestExecutor } from './guest-executor.ts';
import { assembleGuestProgram, DONE_PORT } from './guest-program.ts';
import { writeHomeTables } from './home-tables.ts';
import { HIGH_RAM, LOW_RAM_SIZE, PAGE_TABLES, SCRATCH } from './layout.ts';
import { machineArguments } from './machine-arguments.ts';
import { markedMemory } from './marked-memory.ts';
import { MemoryFile } from './memory-file.ts';
import type { Executor, Operation } from './operations.ts';
import { setUpRequesters } from './pci.ts';
import { QemuProcess } from './process.ts';
import type { Capabilities } from './profile.ts';
import { hex, type Qtest, QtestClient } from './qtest-client.ts';
import { QtestExecutor } from './qtest-executor.ts';
import { register } from './registers.ts';
import type { Blocks, RunningMachine } from './running-machine.ts';

const START_LIMIT_MS = 20_000;
/** A list may take so long, and so long more for each request: a thousand times what it takes when alone. */
const LIST_LIMIT_MS = 4_000;
const REQUEST_LIMIT_MS = 40;
/** RST_CNT of the south bridge: reset the system. */
const RESET = 'outb 0xcf9 0x6';

export class Machine implements RunningMachine {
  readonly capabilities: Capabilities;
  readonly blocks: Blocks<MemoryFile>;
  readonly #process: QemuProcess;
  readonly #executor: Executor;
  readonly #reset: () => Promise<void>;

  private constructor(
    process: QemuProcess,
    blocks: Blocks<MemoryFile>,
    executor: Executor,
    capabilities: Capabilities,
    reset: () => Promise<void>,
  ) {
    this.#process = process;
    this.blocks = blocks;
    this.#executor = executor;
    this.capabilities = capabilities;
    this.#reset = reset;
  }

  /** Starts QEMU and prepares it. Rejects with an ImplementationFailure when it can't. */
  static async start(binary: Binary, configuration: Configuration): Promise<Machine> {
    const folder = mkdtempSync(join(tmpdir(), 'iommu-conformance-'));
    const removeFolder = () => rmSync(folder, { recursive: true, force: true });
    undoAtExit(removeFolder);
    const blocks = {
      low: new MemoryFile(join(folder, 'low'), LOW_RAM_SIZE),
      high: new MemoryFile(join(folder, 'high'), HIGH_RAM.size),
      scratch: new MemoryFile(join(folder, 'scratch'), SCRATCH.size),
    };
    const program = assembleGuestProgram();
    writeFileSync(join(folder, 'firmware'), firmwareImage(program));
    blocks.scratch.write(0, scratchImage(program));
    blocks.low.write(PAGE_TABLES, pageTables());
    writeTokens(blocks.scratch);
    restoreMemory(blocks);
    const connection = listen(join(folder, 'qtest'));
    const qemu = new QemuProcess(binary.path, commandLine(binary, configuration, folder));
    const nextDone = doneBytes(qemu);
    const firmwareIsDone = nextDone();
    try {
      const client = new QtestClient(await qemu.within(START_LIMIT_MS, 'starting', connection));
      await qemu.within(START_LIMIT_MS, 'its first qtest command', client.send(['endianness']));
      // The firmware uses the same PCI index register as the set-up: one after the other.
      if (!binary.qtestAccelerator) await qemu.within(START_LIMIT_MS, 'its firmware', firmwareIsDone);
      const prepare = prepareMachine(client);
      const capabilities = await qemu.within(START_LIMIT_MS, 'its set-up', prepare);
      writeHomeTables(blocks.scratch, capabilities);
      const executor = binary.qtestAccelerator
        ? new QtestExecutor(client)
        : new GuestExecutor(client, blocks.scratch, program, nextDone);
      const reset = async () => {
        const isUp = binary.qtestAccelerator ? undefined : nextDone();
        await Promise.all([client.send([RESET]), isUp]);
        await prepareMachine(client);
      };
      return new Machine(qemu, blocks, executor, capabilities, reset);
    } catch (error) {
      qemu.end();
      closeAll(blocks);
      throw error;
    } finally {
      // QEMU has everything open by now.
      forgetAtExit(removeFolder);
      removeFolder();
    }
  }

  get alive(): boolean {
    return this.#process.failure === undefined;
  }

  get stderr(): string {
    return this.#process.stderr;
  }

  run(operations: readonly Operation[], requests: number): Promise<BigUint64Array> {
    const limit = LIST_LIMIT_MS + REQUEST_LIMIT_MS * requests;
    return this.#process.within(limit, 'a list of operations', this.#executor.run(operations));
  }

  restoreMemory(): void {
    restoreMemory(this.blocks);
  }

  reset(): Promise<void> {
    return this.#process.within(START_LIMIT_MS, 'a reset', this.#reset());
  }

  close(): void {
    this.#process.end();
    closeAll(this.blocks);
  }
}

function commandLine(binary: Binary, configuration: Configuration, folder: string): readonly string[] {
  const time = binary.qtestAccelerator
    ? ['-accel', 'qtest']
    : ['-accel', 'tcg', '-icount', 'shift=10,sleep=off'];
  return [
    ...time,
    ...['-qtest', `unix:${join(folder, 'qtest')}`],
    ...['-chardev', 'stdio,id=done,signal=off'],
    ...['-device', `isa-debugcon,iobase=${hex(DONE_PORT)},chardev=done`],
    ...machineArguments(configuration, folder),
  ];
}

/** The first connection to a socket at `path`; QEMU is the client, so nobody has to poll for it. */
function listen(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      server.close();
      socket.unref();
      resolve(socket);
    });
    server.on('error', reject);
    server.listen(path);
    server.unref();
  });
}

/** Sets up a machine that was just started, and reads its capability registers. */
export async function prepareMachine(client: Qtest): Promise<Capabilities> {
  await setUpRequesters(client);
  const registers = [register.capability, register.extendedCapability];
  const [cap, ecap] = await client.send(registers.map((address) => `readq ${hex(address)}`));
  return { cap: BigInt(cap as string), ecap: BigInt(ecap as string) };
}

/** A function whose promise resolves with the next byte that QEMU writes to stdout. */
function doneBytes(qemu: QemuProcess): () => Promise<void> {
  const waiting: (() => void)[] = [];
  qemu.onOutput = (bytes) => {
    for (let count = bytes.length; count > 0; count--) waiting.shift()?.();
  };
  return () => new Promise((resolve) => waiting.push(resolve));
}

/** Gives all memory of the cases its markers back. */
export function restoreMemory(blocks: Blocks): void {
  for (const { block, offset, image } of markedMemory) blocks[block].write(offset, image);
}

function closeAll(blocks: Blocks<MemoryFile>): void {
  for (const block of Object.values(blocks)) block.close();
}
