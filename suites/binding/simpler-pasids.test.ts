import { expect, test } from 'vitest';
import {
  binding,
  DIRECTORY,
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
  // It is that of requests without PASID (RID_PASID).
  expect(lowered).toContainEqual(scene(0));
});

test('a PASID of requests that carry one does not become that of requests without', () => {
  const testCase = binding({
    memory: tables(firstStage(), { pasid: 0x145, context: [PASIDS] }),
    steps: [plug(), enable],
  });
  const lowered = [...lowerPasids(testCase)];
  expect(lowered.length).toBeGreaterThan(0);
  const places = lowered.map(({ memory }) => memory.slice(2).map(({ address }) => address));
  expect(places).not.toContainEqual([DIRECTORY, ENTRY]);
});

test('a PASID goes over to the table that the directory has for lower ones', () => {
  const memory = [
    ...tables(firstStage(), { context: [PASIDS] }),
    { address: 0x2008n, words: [0x4001n] },
    { address: 0x4000n, words: [...firstStage()] },
  ];
  const steps = [plug(), enable, invalidate(0x17n | (0x40n << 32n))];
  const places = [...lowerPasids(binding({ memory, steps }))].map((one) =>
    one.memory.map(({ address }) => address),
  );
  expect(places).toContainEqual([...memory.slice(0, -1).map(({ address }) => address), ENTRY + 64n]);
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
