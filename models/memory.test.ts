import { describe, expect, test } from 'vitest';
import { GuestMemory } from './memory.ts';

const backed = [
  { start: 0n, end: 0x8000_0000n },
  { start: 0x1_0000_0000n, end: 0x1_0000_2000n },
];

describe('guest memory', () => {
  test('holds the words of a run, also where the run crosses into the next page', () => {
    const memory = new GuestMemory();
    memory.reset(backed, [{ address: 0x1ff0n, words: [1n, 2n, 0xfedc_ba98_7654_3210n] }]);
    expect([0x1ff0n, 0x1ff8n, 0x2000n, 0x2008n].map((address) => memory.read(address))).toEqual([
      1n,
      2n,
      0xfedc_ba98_7654_3210n,
      0n,
    ]);
  });

  test('gives a word as two halves, bits 31:0 first', () => {
    const memory = new GuestMemory();
    memory.reset(backed, [{ address: 0x1_0000_0008n, words: [0xfedc_ba98_7654_3210n] }]);
    const at = memory.locate(1, 8);
    expect([memory.halves[at], memory.halves[at + 1]]).toEqual([0x7654_3210, 0xfedc_ba98]);
  });

  test('answers zero where memory is backed and nothing was written', () => {
    const memory = new GuestMemory();
    memory.reset(backed);
    expect(memory.read(0x7fff_fff8n)).toBe(0n);
    expect(memory.read(0x1_0000_1ff8n)).toBe(0n);
  });

  test('does not answer outside the backed ranges, up to the last 64-bit address', () => {
    const memory = new GuestMemory();
    memory.reset(backed, [{ address: 0x8000_0000n, words: [7n] }]);
    for (const address of [0x8000_0000n, 0xffff_fff8n, 0x1_0000_2000n, 0xffff_ffff_ffff_fff8n]) {
      expect(memory.read(address)).toBeUndefined();
    }
    expect(memory.locate(0, 0x8000_0000)).toBeLessThan(0);
  });

  test('an empty backed range answers nowhere', () => {
    const memory = new GuestMemory();
    memory.reset([{ start: 0x1000n, end: 0x1000n }]);
    expect([memory.read(0n), memory.read(0x1000n)]).toEqual([undefined, undefined]);
  });

  test('gives words that follow each other, or none of them where one is not backed', () => {
    const memory = new GuestMemory();
    memory.reset(
      [...backed, { start: 0xffff_f000n, end: 0x1_0000_0000n }],
      [
        { address: 0xffff_fff0n, words: [1n, 2n, 3n] },
        { address: 0x7fff_fff0n, words: [4n, 5n] },
      ],
    );
    expect(memory.readWords(0xffff_fff0n, 4)).toEqual([1n, 2n, 3n, 0n]);
    expect(memory.readWords(0x7fff_fff0n, 2)).toEqual([4n, 5n]);
    expect(memory.readWords(0x7fff_fff0n, 3)).toBeUndefined();
  });

  test('a reset forgets every word, also of recycled pages', () => {
    const memory = new GuestMemory();
    memory.reset(backed, [{ address: 0x1000n, words: [1n, 2n, 3n] }]);
    memory.reset(backed, [{ address: 0x5000n, words: [9n] }]);
    expect([0x1000n, 0x1008n, 0x5000n, 0x5008n].map((address) => memory.read(address))).toEqual([
      0n,
      0n,
      9n,
      0n,
    ]);
  });

  test('a reset forgets a page at both of its ends, and words that were stored one by one', () => {
    const memory = new GuestMemory();
    memory.reset(backed, [{ address: 0x1800n, words: [1n] }]);
    for (const address of [0x1ff8n, 0x1000n, 0x7008n]) memory.store(address, 5n);
    memory.reset(backed, [
      { address: 0x1400n, words: [2n] },
      { address: 0x7000n, words: [3n] },
    ]);
    const forgotten = [0x1800n, 0x1ff8n, 0x1000n, 0x7008n];
    expect(forgotten.map((address) => memory.read(address))).toEqual([0n, 0n, 0n, 0n]);
  });

  test('a later run overwrites an earlier one', () => {
    const memory = new GuestMemory();
    memory.reset(backed, [
      { address: 0x1000n, words: [1n, 2n] },
      { address: 0x1008n, words: [5n] },
    ]);
    expect([memory.read(0x1000n), memory.read(0x1008n)]).toEqual([1n, 5n]);
  });

  test('holds more pages than it starts with', () => {
    const memory = new GuestMemory();
    const runs = Array.from({ length: 300 }, (_, page) => ({
      address: BigInt(page) * 0x1000n,
      words: [BigInt(page)],
    }));
    memory.reset(backed, runs);
    expect(runs.every(({ address, words }) => memory.read(address) === words[0])).toBe(true);
  });

  test('keeps every word that is stored while it grows', () => {
    const memory = new GuestMemory(2);
    memory.reset(backed);
    const addresses = Array.from({ length: 9 }, (_, page) => BigInt(page) * 0x1000n);
    for (const address of addresses) memory.store(address, address + 1n);
    expect(addresses.map((address) => memory.read(address))).toEqual(addresses.map((one) => one + 1n));
  });
});
