import { expect, test } from 'vitest';
import { binding, ENTRY, enable, invalidate, plug, tables } from '../../models/faulty/binding/bindings.ts';
import { lowerAlike, lowerFirstStages } from './simpler-entries.ts';

const entry = (did: bigint, table: bigint) => [0x41n, did, table];
const pages = (did: bigint) => invalidate(0x36n | (did << 16n));

test('what two entries hold alike is lowered in both, with the domain id that a descriptor names', () => {
  const scene = (did: bigint, table: bigint) =>
    binding({
      memory: [...tables(entry(did, table)), { address: ENTRY + 64n, words: entry(did, table) }],
      steps: [plug(), enable, pages(did)],
    });
  const lowered = [...lowerAlike(scene(0xc3n, 0x203000n))];
  const plain = ({ memory }: (typeof lowered)[number]) => memory.slice(-2).map(({ words }) => words);
  expect(lowered.map(plain)).toEqual([
    [
      [0x41n, 0n, 0x203000n],
      [0x41n, 0n, 0x203000n],
    ],
    [
      [0x41n, 0xc3n],
      [0x41n, 0xc3n],
    ],
  ]);
  expect(lowered.map(({ steps }) => steps.at(-1))).toEqual([pages(0n), pages(0xc3n)]);
});

test('what one entry alone holds stays: it is lowered by itself', () => {
  const other = { address: ENTRY + 64n, words: entry(2n, 0x5000n) };
  const testCase = binding({ memory: [...tables(entry(1n, 0x4000n)), other], steps: [plug(), enable] });
  expect([...lowerAlike(testCase)]).toEqual([]);
});

test('a first stage at a power of two beyond 4 GiB is brought down to there', () => {
  const at = (table: bigint) => binding({ memory: tables(entry(0n, table)), steps: [plug(), enable] });
  const lowered = (table: bigint) => [...lowerFirstStages(at(table))];
  expect(lowered(1n << 45n)).toEqual([at(1n << 32n)]);
  for (const table of [1n << 32n, 3n << 45n, 0x4000n, 0n]) expect(lowered(table)).toEqual([]);
});
