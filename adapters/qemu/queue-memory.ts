/**
 * Where the descriptors of a stream go: behind the tail that was written last, in the queue that IQA_REG was
 * last said to be (11.4.9), whatever the unit makes of either. A slot has 16 or 32 bytes by IQA.DW; a descriptor
 * takes as many as it needs, what is missing of a slot is zero.
 */
import { bits, extract } from '../../spec/bits.ts';

const TAIL = bits(18, 4);
const BASE = bits(63, 12);

export class QueueMemory {
  #iqa: bigint;
  #tail = 0n;

  constructor(iqa: bigint) {
    this.#iqa = iqa;
  }

  get slotSize(): 16 | 32 {
    return extract(this.#iqa, 11, 11) === 0n ? 16 : 32;
  }

  writeAddress(iqa: bigint): void {
    this.#iqa = iqa;
  }

  writeTail(iqt: bigint): void {
    this.#tail = iqt & TAIL;
  }

  /** Puts `descriptors` into memory, `times` times. Returns what then lies where, and moves the tail. */
  submit(
    descriptors: readonly (readonly bigint[])[],
    times: number,
  ): { readonly words: ReadonlyMap<bigint, bigint>; readonly tail: bigint } {
    const size = 0x1000n << extract(this.#iqa, 2, 0);
    const slotWords = this.slotSize / 8;
    const base = this.#iqa & BASE;
    const padded = descriptors.flatMap((words) => {
      const missing = (slotWords - (words.length % slotWords)) % slotWords;
      return [...words, ...new Array<bigint>(missing).fill(0n)];
    });
    const start = (this.#tail & ~BigInt(this.slotSize - 1)) % size;
    const total = padded.length * times;
    const words = new Map<bigint, bigint>();
    // What is overwritten after a whole round was never there.
    for (let index = Math.max(0, total - Number(size / 8n)); index < total; index++) {
      words.set(base + ((start + BigInt(8 * index)) % size), padded[index % padded.length] as bigint);
    }
    this.#tail = (start + BigInt(8 * total)) % size;
    return { words, tail: this.#tail };
  }
}
