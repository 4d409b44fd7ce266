import { expect, test } from 'vitest';
import { QueueMemory } from './queue-memory.ts';

const BASE = 0x28_0000n;
const DW = 0x800n;
const addresses = (words: ReadonlyMap<bigint, bigint>) => [...words].map(([address]) => address - BASE);

test('a descriptor of 128 bits takes a slot of 16 bytes, or one of 32 that is filled up with zeros', () => {
  const narrow = new QueueMemory(BASE).submit([[5n, 6n]], 2);
  expect([...narrow.words.values()]).toEqual([5n, 6n, 5n, 6n]);
  expect([addresses(narrow.words), narrow.tail]).toEqual([[0n, 8n, 16n, 24n], 0x20n]);
  const wide = new QueueMemory(BASE | DW).submit([[5n, 6n]], 2);
  expect([...wide.words.values()]).toEqual([5n, 6n, 0n, 0n, 5n, 6n, 0n, 0n]);
  expect(wide.tail).toBe(0x40n);
});

test('a descriptor of 256 bits takes two slots of 16 bytes', () => {
  const { words, tail } = new QueueMemory(BASE).submit([[7n, 1n, 2n, 3n]], 1);
  expect([[...words.values()], tail]).toEqual([[7n, 1n, 2n, 3n], 0x20n]);
});

test('the next descriptors go behind the last, around the end of the queue', () => {
  const queue = new QueueMemory(BASE);
  queue.writeTail(0xff0n);
  const { words, tail } = queue.submit([[5n, 6n]], 2);
  expect([addresses(words), tail]).toEqual([[0xff0n, 0xff8n, 0n, 8n], 0x10n]);
  expect(addresses(queue.submit([[5n, 6n]], 1).words)).toEqual([0x10n, 0x18n]);
});

test('a tail beyond the queue or within a slot counts as the slot that it falls into, modulo the size', () => {
  const queue = new QueueMemory(BASE | DW | 1n);
  queue.writeTail(0x2_0030n);
  expect(addresses(queue.submit([[5n, 6n]], 1).words)[0]).toBe(0x20n);
});

test('IQA counts from when it is written', () => {
  const queue = new QueueMemory(BASE);
  queue.submit([[5n, 6n]], 1);
  queue.writeAddress(BASE + 0x1000n);
  expect(addresses(queue.submit([[5n, 6n]], 1).words)).toEqual([0x1010n, 0x1018n]);
});

test('of more rounds than the queue holds the last remains', () => {
  const { words, tail } = new QueueMemory(BASE).submit(
    [
      [1n, 2n],
      [3n, 4n],
      [5n, 6n],
    ],
    512,
  );
  expect([words.size, tail]).toEqual([512, 0n]);
  expect([words.get(BASE + 0xff0n), words.get(BASE)]).toEqual([5n, 5n]);
});
