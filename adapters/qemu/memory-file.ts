/**
 * A file that backs a block of the machine's RAM (memory-backend-file, shared): reading and writing it
 * is reading and writing that RAM, at the cost of a system call.
 */
import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';

export class MemoryFile {
  readonly path: string;
  readonly #descriptor: number;

  /** Creates a file of `size` zero bytes. */
  constructor(path: string, size: number) {
    this.path = path;
    this.#descriptor = openSync(path, 'wx+', 0o600);
    ftruncateSync(this.#descriptor, size);
  }

  /** Fills `into` from `offset`, in bytes from the start of the block. */
  read(offset: number, into: NodeJS.ArrayBufferView): void {
    readSync(this.#descriptor, into, 0, into.byteLength, offset);
  }

  write(offset: number, from: NodeJS.ArrayBufferView): void {
    writeSync(this.#descriptor, from, 0, from.byteLength, offset);
  }

  /** Takes the name away; the memory stays until both sides have closed it. */
  unlink(): void {
    unlinkSync(this.path);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** A block of a machine's RAM, however it is kept. */
export type MemoryBlock = Pick<MemoryFile, 'read' | 'write'>;
