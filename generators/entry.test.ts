import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { checkEntry } from '../models/reference/entry.ts';
import { toJson } from '../spec/json.ts';
import { type EntryCase, type EntryFormat, entryCaseSchema, entryFormats } from '../spec/schema.ts';
import { Choices } from './choices.ts';
import { drawCases } from './drawing.ts';
import { anyEntryCase } from './entry.ts';
import { entryTarget } from './entry-target.ts';
import { validEntry } from './entry-valid.ts';
import { profilePool } from './profiles.ts';

const arbitrary = anyEntryCase(profilePool);
const draw = (seed: number, numRuns: number): readonly EntryCase[] => drawCases(arbitrary, seed, numRuns);

describe('entry cases', () => {
  test('are cases of the schema', () => {
    for (const testCase of draw(1, 500)) {
      expect(v.parse(entryCaseSchema, JSON.parse(toJson(testCase)))).toEqual(testCase);
      expect(testCase.words).toHaveLength(entryFormats[testCase.format]);
    }
  });

  test('are the same for the same seed', () => {
    expect(toJson(draw(7, 200))).toBe(toJson(draw(7, 200)));
    expect(toJson(draw(7, 200))).not.toBe(toJson(draw(8, 200)));
  });

  test('shrink to the first profile, a root entry and its present bit', () => {
    const { counterexample } = fc.check(
      fc.property(arbitrary, () => false),
      { seed: 3 },
    );
    expect(counterexample?.[0]).toEqual({
      area: 'entry',
      profile: profilePool[0],
      format: 'root-legacy',
      words: [1n, 0n],
    });
  });

  test('need no filter: every draw is a case, and at least one in four is valid', () => {
    const cases = draw(5, 2000);
    const valid = cases.filter(({ format, words, profile }) => checkEntry(format, words, profile).mayBeValid);
    expect(valid.length).toBeGreaterThan(cases.length / 4);
  });
});

test('an entry without a defect meets no fault condition', () => {
  for (const profile of profilePool) {
    for (const format of Object.keys(entryFormats) as EntryFormat[]) {
      const target = entryTarget(profile, format);
      const { FSTS, SSTS, PT } = target.capabilities;
      // A unit without any translation type refuses every PASID entry (SPT.4.2).
      if (format === 'pasid-table' && FSTS + SSTS + PT === 0) continue;
      for (let seed = 0; seed < 40; seed++) {
        const words = validEntry(target, new Choices(seed * 77_711));
        const { conditions } = checkEntry(format, words, profile);
        // A matcher each time takes longer than all of the rest.
        if (conditions.length > 0) expect({ format, profile, words, conditions }).toBe('without a condition');
      }
    }
  }
});
