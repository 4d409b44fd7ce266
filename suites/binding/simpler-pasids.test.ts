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
