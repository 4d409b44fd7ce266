/**
 * Finds writes that went where no entry of the case leads. After a list every word of the cases' memory
 * holds its marker again; a word that does not was written by a request.
 */
import { markedMemory } from './marked-memory.ts';
import type { Blocks } from './running-machine.ts';

/** What memory must hold, and room for what it holds. */
const ranges = markedMemory.map((range) => ({ ...range, now: new BigUint64Array(range.image.length) }));

/** Value → address of every word that is not its marker; undefined when there is none. */
export function findStrays(blocks: Blocks): ReadonlyMap<bigint, bigint> | undefined {
  let strays: Map<bigint, bigint> | undefined;
  for (const { start, block, offset, image, now } of ranges) {
    blocks[block].read(offset, now);
    if (Buffer.compare(bytesOf(now), bytesOf(image)) === 0) continue;
    strays ??= new Map();
    for (const [index, word] of now.entries()) {
      if (word !== image[index]) strays.set(word, start + BigInt(8 * index));
    }
  }
  return strays;
}

function bytesOf(words: BigUint64Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
