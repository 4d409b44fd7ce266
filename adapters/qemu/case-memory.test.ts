import { expect, test } from 'vitest';
import type { TranslationCase } from '../../spec/schema.ts';
import { freePlace, layOut, mayLeaveMemory, targetsOf } from './case-memory.ts';
import { profileOf } from './profile.ts';

const profile = profileOf('test', { cap: 0xd2008c22260206n, ecap: 0xf00f4an });
const withMemory = (memory: TranslationCase['memory'], rtaddr = 0x20_0000n): TranslationCase => ({
  area: 'translation',
  profile,
  rtaddr,
  memory,
  requests: [{ sourceId: 0x10, address: 0n, op: 'read' }],
});

test('the words of a case own their whole 64-byte line, the rest of it zero', () => {
  const { lines } = layOut(withMemory([{ address: 0x20_0048n, words: [5n] }]));
  expect([...lines]).toEqual([[0x20_0040n, [0n, 5n, 0n, 0n, 0n, 0n, 0n, 0n]]]);
});

test('a later run wins, also with a zero, and zeros alone own nothing', () => {
  const runs = [
    { address: 0x20_0000n, words: [1n, 2n] },
    { address: 0x20_0008n, words: [0n] },
    { address: 0x30_0000n, words: [0n] },
  ];
  expect([...layOut(withMemory(runs)).lines]).toEqual([[0x20_0000n, [1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]]]);
});

test('a request is made where no page of the case has a line, in the page and with the bits that it asked for', () => {
  const memory = layOut(
    withMemory([
      { address: 0x20_0000n, words: [1n] },
      { address: 0x30_1040n, words: [1n] },
    ]),
  );
  expect(freePlace(memory, 0x7000n)).toBe(0x7080n);
  expect(freePlace(memory, 0x7018n)).toBe(0x7098n);
  expect(freePlace(memory, 0x7fffn)).toBe(0x7ff8n);
});

test('a request may end at its own address or under any entry that could map it, large pages included', () => {
  const memory = layOut(withMemory([{ address: 0x20_0000n, words: [0x40_0083n, 0x50_0001n, 0x60_0000n] }]));
  expect(targetsOf(memory, 0x1234_5678n)).toEqual(
    [0x1234_5678n, 0x40_0678n, 0x54_5678n, 0x1234_5678n, 0x50_0678n].filter(
      (target, index, all) => all.indexOf(target) === index,
    ),
  );
});

test('only pass-through can take a request to an address of its own that nothing backs', () => {
  const entries = { address: 0x20_0000n, words: [0x30_0003n] };
  expect(mayLeaveMemory(layOut(withMemory([entries])), 0x70_0000_0000n)).toBe(false);
  const passThrough = { address: 0x20_1000n, words: [0x9n] };
  expect(mayLeaveMemory(layOut(withMemory([entries, passThrough])), 0x70_0000_0000n)).toBe(true);
  const away = { address: 0x20_1000n, words: [0x7f_ffff_f001n] };
  expect(mayLeaveMemory(layOut(withMemory([entries, away])), 0x70_0000_0000n)).toBe(true);
});
