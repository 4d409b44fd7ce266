import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Choices } from '../../generators/choices.ts';
import { seed } from '../../generators/drawing.ts';
import { profilePool } from '../../generators/profiles.ts';
import { unitOf } from '../../models/reference/unit.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import { legacyPlants, type Plant, scalablePlants } from './defects.fixture.ts';
import { FIRST_ROW, lintTexts, registersText, tablesText } from './dump-text.fixture.ts';
import { kindsOf, legacyMachine, type Machine, scalableMachine } from './machine.fixture.ts';

const scalable = profilePool.filter(
  (profile) => kindsOf(profile).length > 0 && unitOf(profile).capabilities.SMTS === 1,
);
const legacy = profilePool.filter((profile) => unitOf(profile).capabilities.SAGAW !== 0);
const RUNS = 6;

function filesOf({ profile: { cap, ecap }, rows }: Machine, mode: bigint): Readonly<Record<string, string>> {
  return {
    dmar_translation_struct: tablesText('dmar0', rows),
    iommu_regset: registersText('dmar0', { CAP: cap, ECAP: ecap, RTADDR: mode }),
  };
}

const modes = [
  { mode: 'scalable', rtaddr: 0x400n, profiles: scalable, make: scalableMachine, plants: scalablePlants },
  { mode: 'legacy', rtaddr: 0n, profiles: legacy, make: legacyMachine, plants: legacyPlants },
] as const;

describe.for(modes)('tables of $mode mode', ({ rtaddr, profiles, make, plants }) => {
  const profile = fc.constantFrom(...(profiles as readonly Profile[]));

  test('that keep every rule are clean', () => {
    fc.assert(
      fc.property(profile, seed.arbitrary, (one, chosen) => {
        const machine = make(one, chosen);
        expect(lintTexts(filesOf(machine, rtaddr))).toEqual([]);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });

  test.for(Object.entries(plants as Readonly<Record<string, Plant>>))(
    'with one defect, %s, are named with its line and nothing else',
    ([, plant]) => {
      let planted = 0;
      fc.assert(
        fc.property(profile, seed.arbitrary, seed.arbitrary, (one, chosen, where) => {
          const machine = make(one, chosen);
          const defect = plant(machine, new Choices(where));
          if (defect === undefined) return;
          planted++;
          expect(lintTexts(filesOf(machine, rtaddr))).toEqual([`${FIRST_ROW + defect.row} ${defect.rule}`]);
        }),
        { numRuns: RUNS, seed: 2 },
      );
      expect(planted).toBeGreaterThan(0);
    },
  );
});

test('every kind of translation is among the machines', () => {
  expect(new Set(scalable.flatMap(kindsOf)).size).toBe(4);
});

test('AW of first-stage entries on a unit without second stage is one note: Linux writes it in each', () => {
  const machine = scalableMachine(namedProfile('first-stage-48') as Profile, 0);
  const [row] = machine.rows;
  if (row === undefined) throw new Error('no row');
  const rows = [0x10, 0x18, 0x20].map((sourceId) => ({
    ...row,
    sourceId,
    entry: [0x49n, 1n, 0x1_0000_0000n],
  }));
  expect(lintTexts(filesOf({ ...machine, rows }, 0x400n))).toEqual(['3 SPT.3 may']);
  // They are compared all the same.
  const [, second] = rows;
  if (second !== undefined) second.entry = [0x49n, 1n, 0x1_0000_5000n];
  expect(lintTexts(filesOf({ ...machine, rows }, 0x400n))).toContain('4 R3');
});

test('what stands before a row that is cut off is judged all the same', () => {
  const machine = legacyMachine(namedProfile('legacy-48') as Profile, 0);
  const [row] = machine.rows;
  if (row !== undefined) row.context[1] = (row.context[1] ?? 0n) | (1n << 30n);
  const { dmar_translation_struct: tables = '', ...registers } = filesOf(machine, 0n);
  expect(lintTexts({ tables: `${tables}00:1f.7\t0x0000`, ...registers })).toEqual([
    `${FIRST_ROW} LCT.3`,
    expect.stringMatching(/^tables:\d+ ends in the middle of a line, /),
  ]);
});
