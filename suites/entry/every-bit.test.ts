/** What drawing finds with luck, found for sure: every bit of every format under every profile, alone. */
import { expect, test } from 'vitest';
import { Choices } from '../../generators/choices.ts';
import { entryTarget } from '../../generators/entry-target.ts';
import { validEntry } from '../../generators/entry-valid.ts';
import { profilePool } from '../../generators/profiles.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { checkEntry, usedFields } from '../../models/reference/entry.ts';
import {
  type EntryCase,
  type EntryFormat,
  type EntryObservation,
  entryFormats,
  type Profile,
} from '../../spec/schema.ts';
import { judgeEntry } from './judge.ts';

/** Enough to meet every translation type of a profile. */
const BASES = 12;

const formats = Object.keys(entryFormats) as EntryFormat[];

/** A valid entry, and that entry with each of its bits flipped, one after the other. */
function* singleBitCases(profile: Profile, format: EntryFormat): Iterable<EntryCase> {
  const words = validEntry(entryTarget(profile, format), new Choices(0));
  const base: EntryCase = { area: 'entry', profile, format, words };
  yield base;
  for (const [index, word] of words.entries()) {
    for (let bit = 0n; bit < 64n; bit++) yield { ...base, words: words.with(index, word ^ (1n << bit)) };
  }
}

test.each(formats)(
  'the optimized model answers for each single bit of %s as the reference allows',
  (format) => {
    for (const profile of profilePool) {
      for (const testCase of singleBitCases(profile, format)) {
        const { mismatches } = judgeEntry(testCase, optimized.run(testCase) as EntryObservation);
        if (mismatches.length > 0) expect({ testCase, mismatches }).toBeUndefined();
      }
    }
  },
);

test.each(formats)('the optimized model names every field that a valid %s entry uses', (format) => {
  for (const profile of profilePool) {
    for (let seed = 0; seed < BASES; seed++) {
      const words = validEntry(entryTarget(profile, format), new Choices(seed));
      if (!checkEntry(format, words, profile).mayBeValid) continue;
      const { fields = {} } = optimized.run({ area: 'entry', profile, format, words }) as EntryObservation;
      const missing = usedFields(format, words, profile).filter(({ name }) => !(name in fields));
      if (missing.length > 0) expect({ profile: profile.name, words, missing }).toBeUndefined();
    }
  }
});
