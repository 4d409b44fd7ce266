import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { checkEntry } from '../models/reference/entry.ts';
import { analyse } from '../models/reference/entry-sync.ts';
import { writableFormat } from '../models/reference/writer-format.ts';
import { caseProblem } from '../spec/case-form.ts';
import { toJson } from '../spec/json.ts';
import { namedProfile } from '../spec/profiles.ts';
import { type EntrySyncCase, entrySyncCaseSchema, syntheticLayoutSchema } from '../spec/schema.ts';
import { drawCases } from './drawing.ts';
import { entrySyncCases } from './entry-sync.ts';
import { profilePool } from './profiles.ts';
import { syntheticLayouts } from './synthetic-layouts.ts';

const arbitrary = entrySyncCases(profilePool);
const draw = (seed: number, numRuns: number): readonly EntrySyncCase[] => drawCases(arbitrary, seed, numRuns);

describe('entry-sync cases', () => {
  test('are cases of the schema with the words of their format', () => {
    for (const testCase of draw(1, 500)) {
      expect(v.parse(entrySyncCaseSchema, JSON.parse(toJson(testCase)))).toEqual(testCase);
      expect(caseProblem(testCase)).toBeUndefined();
    }
  });

  test('are the same for the same seed', () => {
    expect(toJson(draw(7, 200))).toBe(toJson(draw(7, 200)));
    expect(toJson(draw(7, 200))).not.toBe(toJson(draw(8, 200)));
  });

  test('shrink to a PASID entry that stays as it is, not present', () => {
    const { counterexample } = fc.check(
      fc.property(arbitrary, () => false),
      { seed: 3 },
    );
    const smallest = counterexample?.[0] as EntrySyncCase | undefined;
    expect(smallest).toMatchObject({ format: 'vtd-pasid', profile: namedProfile('everything') });
    expect([...(smallest?.from ?? []), ...(smallest?.to ?? [])].filter((word) => word !== 0n)).toEqual([]);
  });

  test('need no filter: no, one and several differing quanta are each at least one in nine', () => {
    const cases = draw(5, 4000).filter(({ format }) => format !== 'amd-dte');
    const counts = [0, 0, 0];
    for (const { format, layout, from, to } of cases) {
      counts[Math.min(analyse(writableFormat(format, layout), from, to).differing.length, 2)]! += 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(cases.length / 9);
  });

  test('have entries that their unit does not refuse: of a type and with the fields that it has', () => {
    for (const { profile, format, from, to } of draw(11, 2000)) {
      if (format !== 'vtd-pasid') continue;
      const refused = [from, to].flatMap((words) => checkEntry('pasid-table', words, profile).certain);
      expect(refused.filter((condition) => condition === 'SPT.3' || condition === 'SPT.4.2')).toEqual([]);
    }
  });

  test('are of other formats where no unit has PASID tables', () => {
    const legacy = drawCases(entrySyncCases([namedProfile('legacy-48')!]), 1, 500);
    expect(new Set(legacy.map(({ format }) => format))).not.toContain('vtd-pasid');
  });

  test('have targets as makers of entries make them', () => {
    for (const { format, layout, to } of draw(9, 2000).filter((one) => one.format !== 'amd-dte')) {
      const used = writableFormat(format, layout).used(to);
      expect(to.map((word, index) => word & ~used[index]!)).toEqual(to.map(() => 0n));
    }
  });
});

describe('made-up layouts', () => {
  test('are layouts of the schema whose valid bit lies outside of the mode field and is never safe', () => {
    for (const layout of syntheticLayouts) {
      expect(v.parse(syntheticLayoutSchema, layout)).toEqual(layout);
      const { valid, mode, modes, safe, quanta, quantumWords } = layout;
      expect(valid.bit >= mode.low && valid.bit < mode.low + mode.width).toBe(false);
      expect(mode.low + mode.width).toBeLessThanOrEqual(64);
      expect((safe[valid.word]! >> BigInt(valid.bit)) & 1n).toBe(0n);
      expect([safe, ...modes].map(({ length }) => length)).toEqual(
        [safe, ...modes].map(() => quanta * quantumWords),
      );
      expect(valid.word).toBeLessThan(quanta * quantumWords);
    }
  });

  test('have the valid bit in the first, a middle and the last quantum, and both sizes of a store', () => {
    const places = syntheticLayouts.map(({ valid, quanta, quantumWords }) => {
      const quantum = Math.floor(valid.word / quantumWords);
      return `${quantumWords} ${quantum === 0 ? 'first' : quantum === quanta - 1 ? 'last' : 'middle'}`;
    });
    expect(new Set(places).size).toBe(6);
  });

  test('have the valid bit where numbers of 32 and of 64 bits have their sign', () => {
    const bits = new Set(syntheticLayouts.map(({ valid }) => valid.bit));
    expect([31, 63].filter((bit) => bits.has(bit))).toEqual([31, 63]);
  });
});
