import { expect, test } from 'vitest';
import {
  binding,
  ENTRY,
  enable,
  firstStage,
  invalidate,
  PASIDS,
  plug,
  tables,
} from '../../models/faulty/binding/bindings.ts';
import { lowerPasids } from './simpler-pasids.ts';

test('a PASID is lowered with what leads to its entry, and what names it', () => {
  const scene = (pasid: number) =>
    binding({
      memory: tables(firstStage(), { pasid, context: [PASIDS, BigInt(pasid)] }),
      steps: [plug(), enable, invalidate(0x17n | (BigInt(pasid) << 32n))],
    });
  const lowered = [...lowerPasids(scene(0x145))];
  expect(lowered).toContainEqual(scene(1));
  expect(lowered).toContainEqual(scene(0x45));
  expect(lowered).toContainEqual(scene(0x140));
  // Requests without PASID are something else.
  expect(
    lowered.some(({ memory }) => memory.at(-1)?.address === ENTRY && memory.at(-2)?.address === 0x2000n),
  ).toBe(false);
  expect([...lowerPasids(scene(1))]).toEqual([]);
});

test('tables that no entry leads to hold no PASID: what lies where they would be stays', () => {
  // Of a bus without a context table; where one would be at 0, the entries of the first one's bus are PASIDs.
  const devices = [{ sourceId: 0x10 }, { sourceId: 0x110 }];
  const memory = [
    { address: 0n, words: [0x1001n] },
    { address: 0x1200n, words: [0x2609n] },
    { address: 0x2000n, words: [0x3001n] },
    { address: 0x3040n, words: [...firstStage()] },
  ];
  const testCase = binding({ devices, memory, steps: [plug(), plug(1), enable] });
  const lowered = [...lowerPasids(testCase)];
  expect(lowered).not.toContainEqual(testCase);
  expect(lowered.every((one) => one.memory[1]?.address === 0x1200n)).toBe(true);
});
