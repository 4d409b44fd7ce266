import { expect, test } from 'vitest';
import { fine } from './lower-values.ts';
import { lowerMemory } from './lower-words.ts';

const runsOf = (...words: bigint[]) =>
  [...lowerMemory({ memory: [{ address: 0x1000n, words }] }, fine)].map(({ memory }) => memory);

test('a run loses zeros at its ends though no word of it can be lower', () => {
  expect(runsOf(0n, 1n, 0n)[0]).toEqual([{ address: 0x1008n, words: [1n] }]);
  expect(runsOf(0n)).toContainEqual([]);
});

test('a run without such zeros is only lowered', () => {
  for (const memory of runsOf(1n, 0n, 2n))
    expect(memory).not.toEqual([{ address: 0x1000n, words: [1n, 0n, 2n] }]);
});
