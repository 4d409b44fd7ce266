/** Purity of the entry checks (vtd-spec invariants 1 to 3), of both models. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyEntryCase } from '../../generators/entry.ts';
import { entryTarget } from '../../generators/entry-target.ts';
import { profilePool } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { checkEntry, ignoredBits } from '../../models/reference/entry.ts';
import { reference } from '../../models/reference/implementation.ts';
import { faultCondition } from '../../spec/faults.ts';
import { entryLayouts } from '../../spec/layouts/index.ts';
import type { EntryCase, EntryObservation } from '../../spec/schema.ts';

const entries = anyEntryCase(profilePool);
const index = fc.nat(0xffff);
const bits = fc.bigInt(0n, (1n << 64n) - 1n);
const options = { numRuns: 1500, seed: 1 };

const isPresent = ({ profile, format, words }: EntryCase): boolean => {
  const { present } = entryTarget(profile, format);
  return ((words[present.word] ?? 0n) & present.mask) !== 0n;
};
/** The case with its present bit set, so that a law about present entries speaks of every drawn case. */
const madePresent = (testCase: EntryCase): EntryCase => {
  const { present } = entryTarget(testCase.profile, testCase.format);
  const word = testCase.words[present.word] ?? 0n;
  return { ...testCase, words: testCase.words.with(present.word, word | present.mask) };
};
const madeAbsent = (testCase: EntryCase): EntryCase => {
  const { present } = entryTarget(testCase.profile, testCase.format);
  const word = testCase.words[present.word] ?? 0n;
  return { ...testCase, words: testCase.words.with(present.word, word & ~present.mask) };
};
const flipped = (testCase: EntryCase, masks: readonly bigint[]): EntryCase => ({
  ...testCase,
  words: testCase.words.map((word, at) => word ^ (masks[at] ?? 0n)),
});

describe.each([reference, optimized])('the $name model', ({ run }) => {
  const answer = (testCase: EntryCase) => run(testCase) as EntryObservation;

  test('ignored bits never change the answer', () => {
    const property = fc.property(entries, bits, (drawn, pattern) => {
      const testCase = madePresent(drawn);
      const ignored = ignoredBits(testCase.format, testCase.words, testCase.profile);
      const other = flipped(
        testCase,
        ignored.map((mask) => mask & pattern),
      );
      expect(answer(other)).toEqual(answer(testCase));
    });
    fc.assert(property, options);
  });

  test('one reserved bit of a valid entry gives the reserved condition of its format', () => {
    let decided = 0;
    const property = fc.property(entries, index, (testCase, chosen) => {
      const { reserved } = entryTarget(testCase.profile, testCase.format);
      const place = reserved[chosen % reserved.length];
      if (place === undefined || !isPresent(testCase) || answer(testCase).fault !== null) return;
      const { [place.word]: word = 0n } = testCase.words;
      const other = { ...testCase, words: testCase.words.with(place.word, word ^ place.mask) };
      // Pass-through of legacy mode: the bits above HAW of an ignored pointer are open.
      if (checkEntry(other.format, other.words, other.profile).mayBeValid) return;
      decided++;
      const { conditions } = entryLayouts[testCase.format];
      expect(answer(other).fault).toBe(faultCondition(conditions?.reserved ?? '').code);
    });
    fc.assert(property, options);
    expect(decided).toBeGreaterThan(options.numRuns / 10);
  });

  test('nothing but FPD matters in an entry that is not present', () => {
    const property = fc.property(
      entries,
      fc.array(bits, { minLength: 8, maxLength: 8 }),
      (drawn, garbage) => {
        const testCase = madeAbsent(drawn);
        const { layout } = entryTarget(testCase.profile, testCase.format);
        const kept = layout.fields.find(({ name }) => name === 'FPD')?.mask ?? 0n;
        const masks = garbage.map((pattern, at) => (at === 0 ? pattern & ~kept : pattern));
        const other = madeAbsent(flipped(testCase, masks));
        const code = faultCondition(layout.conditions?.notPresent ?? '').code;
        expect(answer(testCase)).toMatchObject({ fault: code });
        expect(answer(other)).toEqual(answer(testCase));
      },
    );
    fc.assert(property, options);
  });

  test('a capability more never makes a valid entry reserved', () => {
    let decided = 0;
    const property = fc.property(
      entries,
      fc.constantFrom('cap', 'ecap'),
      fc.nat(63),
      (testCase, register, at) => {
        if (answer(testCase).fault !== null) return;
        decided++;
        const { profile, format } = testCase;
        const more = {
          ...testCase,
          profile: { ...profile, [register]: profile[register] | (1n << BigInt(at)) },
        };
        const { conditions } = entryLayouts[format];
        expect(answer(more).fault).not.toBe(faultCondition(conditions?.reserved ?? '').code);
      },
    );
    fc.assert(property, options);
    expect(decided).toBeGreaterThan(options.numRuns / 10);
  });
});
