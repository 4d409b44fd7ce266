/** What a translator needs of a machine: QEMU in a process of its own, or a machine in this process. */
import type { MemoryBlock } from './memory-file.ts';
import type { Operation } from './operations.ts';
import type { Capabilities } from './profile.ts';

export interface Blocks<Block extends MemoryBlock = MemoryBlock> {
  readonly low: Block;
  readonly high: Block;
  readonly scratch: Block;
}

export interface RunningMachine {
  readonly capabilities: Capabilities;
  readonly blocks: Blocks;
  /** False once it died: another has to be started. */
  readonly alive: boolean;
  /** The last that it wrote to stderr. */
  readonly stderr: string;
  /** Runs operations that make `requests` requests, or rejects with an ImplementationFailure. */
  run(operations: readonly Operation[], requests: number): Promise<BigUint64Array>;
  /** Gives all memory of the cases its markers back. */
  restoreMemory(): void;
  /** Resets the whole machine but its memory, and prepares it again: the unit is as it was at the start. */
  reset(): Promise<void>;
  close(): void;
}
