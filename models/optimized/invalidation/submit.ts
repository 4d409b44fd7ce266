/** What software does to submit descriptors: it writes them behind the tail, and then moves the tail. */
import type { StreamStep } from '../../../spec/schema.ts';
import { memory } from '../tables-memory.ts';
import type { InvalidationQueue } from './invalidation-queue.ts';

type Submit = Extract<StreamStep, { step: 'submit' }>;

/** Words of 64 bits where descriptors are put; the queue wraps at its size. */
export function submit(queue: InvalidationQueue, { descriptors, times = 1 }: Submit): void {
  const { size, slot } = queue;
  const base = (BigInt(queue.addressHigh) << 32n) | BigInt((queue.addressLow & 0xffff_f000) >>> 0);
  const slotWords = slot / 8;
  let place = (queue.tail - (queue.tail % slot)) % size;
  for (let time = 0; time < times; time++) {
    for (const words of descriptors) {
      const count = Math.ceil(words.length / slotWords) * slotWords;
      for (let index = 0; index < count; index++) {
        memory.store(base + BigInt(place), words[index] ?? 0n);
        place = (place + 8) % size;
      }
    }
  }
  queue.setTail(place);
}
