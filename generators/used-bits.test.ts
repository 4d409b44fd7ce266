import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { toJson } from '../spec/json.ts';
import { type UsedBitsCase, usedBitsCaseSchema } from '../spec/schema.ts';
import { drawCases } from './drawing.ts';
import { profilePool } from './profiles.ts';
import { usedBitsCases } from './used-bits.ts';

const arbitrary = usedBitsCases(profilePool);
const draw = (seed: number, numRuns: number): readonly UsedBitsCase[] => drawCases(arbitrary, seed, numRuns);

describe('used-bits cases', () => {
  test('are cases of the schema', () => {
    for (const testCase of draw(1, 500)) {
      expect(v.parse(usedBitsCaseSchema, JSON.parse(toJson(testCase)))).toEqual(testCase);
    }
  });

  test('are the same for the same seed', () => {
    expect(toJson(draw(7, 200))).toBe(toJson(draw(7, 200)));
    expect(toJson(draw(7, 200))).not.toBe(toJson(draw(8, 200)));
  });

  test('shrink to an empty PASID entry under the first profile', () => {
    const { counterexample } = fc.check(
      fc.property(arbitrary, () => false),
      { seed: 3 },
    );
    const smallest = counterexample?.[0] as UsedBitsCase | undefined;
    expect(smallest).toMatchObject({ format: 'vtd-pasid', profile: profilePool[0] });
    expect(smallest?.entry.filter((word) => word > 0x1ffn)).toEqual([]);
  });

  test('need no filter: every kind of entry of every format is among them', () => {
    const kinds = new Set(
      draw(5, 4000).map(({ format, entry: [word = 0n] }) =>
        format === 'vtd-pasid' ? `pasid ${word & 1n} ${(word >> 6n) & 7n}` : `${format} ${word & 15n}`,
      ),
    );
    for (let type = 0; type < 8; type++) expect(kinds).toContain(`pasid 1 ${type}`);
    for (let config = 0; config < 8; config++) expect(kinds).toContain(`smmu-ste ${config * 2 + 1}`);
  });
});
