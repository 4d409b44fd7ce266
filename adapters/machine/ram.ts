/**
 * RAM of a machine in this process: host, processor, devices and the models that walk tables share it. It is
 * the memory of the models, lent to them while the remapping unit works.
 */
import { GuestMemory } from '../../models/memory.ts';
import { memory } from '../../models/optimized/tables-memory.ts';
import type { Profile } from '../../spec/schema.ts';
import type { MemoryBlock } from '../qemu/memory-file.ts';

const PAGE = 4096;
/** Words as low half, high half: their bytes are those of the machine, which is little-endian like the host. */
const HALVES_PER_PAGE = PAGE / 4;

export class Ram {
  readonly #memory = new GuestMemory();
  #backed: Profile['backed'] = [];

  /** Adds `size` bytes at `start`, both multiples of 4096; all RAM is zero then. */
  add(start: bigint, size: number): MemoryBlock {
    this.#backed = [...this.#backed, { start, end: start + BigInt(size) }];
    this.#memory.reset(this.#backed);
    return {
      read: (offset, into) => this.read(start + BigInt(offset), into),
      write: (offset, from) => this.write(start + BigInt(offset), from),
    };
  }

  /** The ranges that answer. */
  get backed(): Profile['backed'] {
    return this.#backed;
  }

  /** Does `work` while this is the memory of the optimized models. */
  lend<T>(work: () => T): T {
    memory.exchange(this.#memory);
    try {
      return work();
    } finally {
      memory.exchange(this.#memory);
    }
  }

  /** Fills `into` from `address`, with zeros where nothing answers. */
  read(address: bigint, into: NodeJS.ArrayBufferView): void {
    for (const { at, part } of partsOf(address, into)) {
      const page = this.#page(at);
      const offset = Number(at % BigInt(PAGE));
      if (page === undefined) part.fill(0);
      else part.set(page.subarray(offset, offset + part.length));
    }
  }

  /** Writes `from` to `address`; nothing happens where nothing answers. */
  write(address: bigint, from: NodeJS.ArrayBufferView): void {
    for (const { at, part } of partsOf(address, from)) {
      const word = at & ~7n;
      // A page that was never written is not there before its first store.
      this.#memory.store(word, this.#memory.read(word) ?? 0n);
      this.#page(at)?.set(part, Number(at % BigInt(PAGE)));
    }
  }

  /** The bytes of the page of `address`; undefined where nothing answers. */
  #page(address: bigint): Uint8Array | undefined {
    const { halves } = this.#memory;
    const page = address & ~BigInt(PAGE - 1);
    const at = this.#memory.locate(Number(page >> 32n), Number(page & 0xffff_ffffn));
    return at < 0 ? undefined : new Uint8Array(halves.buffer, 4 * at, 4 * HALVES_PER_PAGE);
  }
}

/** `bytes`, cut where pages begin. */
function* partsOf(
  address: bigint,
  { buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView,
): Generator<{ readonly at: bigint; readonly part: Uint8Array }> {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  for (let done = 0; done < byteLength; ) {
    const at = address + BigInt(done);
    const size = Math.min(byteLength - done, PAGE - Number(at % BigInt(PAGE)));
    yield { at, part: bytes.subarray(done, done + size) };
    done += size;
  }
}
