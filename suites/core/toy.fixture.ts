/** A made-up area, small enough to see through, and implementations of it. */
import * as fc from 'fast-check';
import type { Implementation } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { EntryCase, EntryObservation } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';

/** A toy area: an entry is valid when its low byte is zero; two rules say so for even and odd words. */
export const toy: AreaSuite<'entry'> = {
  area: 'entry',
  rules: ['toy.even', 'toy.odd', 'toy.never'].map((id) => ({
    id,
    areas: ['entry'] as const,
    level: 'must' as const,
    statement: 'A toy.',
    clause: 'none',
  })),
  arbitrary: ([profile]) =>
    fc.nat(0xffff).map((word) => ({
      area: 'entry',
      profile: profile ?? namedProfiles[0]!,
      format: 'pasid-directory',
      words: [BigInt(word)],
    })),
  judge({ words: [word = 0n] }, { fault }) {
    const rule = (word & 1n) === 0n ? 'toy.even' : 'toy.odd';
    const expected = (word & 0xffn) === 0n ? null : 0x52;
    const mismatches =
      fault === expected
        ? []
        : [{ rule, aspect: 'outcome' as const, expected: `${expected}`, observed: `${fault}` }];
    return { exercised: [rule], mismatches };
  },
  *simpler(testCase) {
    const [word = 0n] = testCase.words;
    for (let bit = 15n; bit >= 0n; bit--) {
      if ((word >> bit) & 1n) yield { ...testCase, words: [word & ~(1n << bit)] };
    }
  },
};

export function implementation(answer: (word: bigint) => EntryObservation): Implementation {
  return {
    name: 'toy',
    profile: 'any',
    areas: ['entry'],
    run: (c) => answer((c as EntryCase).words[0] ?? 0n),
  };
}
export const healthy = implementation((word) => ({ fault: (word & 0xffn) === 0n ? null : 0x52 }));
export const blindToBit5 = implementation((word) => ({ fault: (word & 0xdfn) === 0n ? null : 0x52 }));
export const options = { seed: 'a', runs: 3000, profiles: namedProfiles };

export const known = {
  area: 'entry',
  rule: 'toy.even',
  aspect: 'outcome',
  reason: 'known since long',
} as const;

/** A case that is given and not drawn. */
export const stored = (word: bigint, profile = namedProfiles[0]!): EntryCase => ({
  area: 'entry',
  profile,
  format: 'pasid-directory',
  words: [word],
});
