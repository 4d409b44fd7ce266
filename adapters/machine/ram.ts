/** RAM of a machine in this process: blocks of bytes that host, processor, devices and table walks share. */
import type { MemoryRun } from '../../spec/schema.ts';
import type { MemoryBlock } from '../qemu/memory-file.ts';

const PAGE = 0x1000;
const HALVES_PER_PAGE = PAGE / 4;

/** A page as a walk gets it, and the RAM pages that its words could name. */
interface Snapshot {
  readonly run: MemoryRun;
  readonly named: readonly number[];
}

class Block implements MemoryBlock {
  readonly start: number;
  readonly bytes: Buffer;
  /** Snapshots of pages that nobody has written since, by offset / 4096. */
  readonly snapshots = new Map<number, Snapshot>();

  constructor(start: number, size: number) {
    this.start = start;
    this.bytes = Buffer.from(new ArrayBuffer(size));
  }

  read(offset: number, into: NodeJS.ArrayBufferView): void {
    const target = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    target.set(this.bytes.subarray(offset, offset + target.length));
  }

  write(offset: number, from: NodeJS.ArrayBufferView): void {
    this.bytes.set(new Uint8Array(from.buffer, from.byteOffset, from.byteLength), offset);
    const last = Math.floor((offset + from.byteLength - 1) / PAGE);
    for (let page = Math.floor(offset / PAGE); page <= last; page++) this.snapshots.delete(page);
  }
}

export class Ram {
  readonly #blocks: Block[] = [];

  /** Adds `size` bytes at `start`, both multiples of 4096. */
  add(start: bigint, size: number): MemoryBlock {
    const block = new Block(Number(start), size);
    this.#blocks.push(block);
    return block;
  }

  /** The ranges that answer. */
  get backed(): readonly { readonly start: bigint; readonly end: bigint }[] {
    return this.#blocks.map(({ start, bytes }) => ({
      start: BigInt(start),
      end: BigInt(start + bytes.length),
    }));
  }

  /** Fills `into` from `address`, with zeros where nothing answers. Within one page. */
  read(address: bigint, into: Uint8Array): void {
    const block = this.#blockOf(Number(address));
    if (block) block.read(Number(address) - block.start, into);
    else into.fill(0);
  }

  /** Writes `from` to `address`; nothing happens where nothing answers. Within one page. */
  write(address: bigint, from: NodeJS.ArrayBufferView): void {
    const block = this.#blockOf(Number(address));
    block?.write(Number(address) - block.start, from);
  }

  /**
   * Every page that tables below the page of `root` can lie in: those that some word of such a page names,
   * in whatever format. A table that is longer than a page needs a pointer to each of its pages.
   */
  reachable(root: bigint): MemoryRun[] {
    const pages = new Set([Number(root >> 12n)]);
    const runs: MemoryRun[] = [];
    for (const page of pages) {
      const block = this.#blockOf(page * PAGE);
      if (!block) continue;
      const { run, named } = this.#snapshot(block, page - block.start / PAGE);
      runs.push(run);
      for (const other of named) pages.add(other);
    }
    return runs;
  }

  #snapshot(block: Block, index: number): Snapshot {
    const known = block.snapshots.get(index);
    if (known) return known;
    const { buffer } = block.bytes;
    const halves = new Uint32Array(buffer, index * PAGE, HALVES_PER_PAGE);
    const named = new Set<number>();
    for (let at = 0; at < HALVES_PER_PAGE; at += 2) {
      const page = ((halves[at + 1] as number) & 0xf_ffff) * 0x10_0000 + ((halves[at] as number) >>> 12);
      if (this.#blockOf(page * PAGE)) named.add(page);
    }
    const address = BigInt(block.start + index * PAGE);
    const words = Array.from(new BigUint64Array(buffer, index * PAGE, HALVES_PER_PAGE / 2));
    const snapshot = { run: { address, words }, named: [...named] };
    block.snapshots.set(index, snapshot);
    return snapshot;
  }

  #blockOf(address: number): Block | undefined {
    return this.#blocks.find(({ start, bytes }) => address >= start && address < start + bytes.length);
  }
}
