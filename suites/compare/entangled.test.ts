import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Implementation } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { EntryCase, EntryObservation } from '../../spec/schema.ts';
import type { AreaSuite } from '../core/area-suite.ts';
import { compareArea } from './compare.ts';
import { groundsOf } from './grounds.ts';
import { Members } from './members.ts';

const mismatch = (rule: string) => ({ rule, aspect: 'code' as const, expected: 'right', observed: 'wrong' });

/** A toy area: fault 1 for an odd word, and FPD is looked at only where the fault is right. */
const toy: AreaSuite<'entry'> = {
  area: 'entry',
  rules: [],
  arbitrary: () =>
    fc.nat(7).map((word) => ({
      area: 'entry',
      profile: namedProfiles[0]!,
      format: 'pasid-directory',
      words: [BigInt(word)],
    })),
  judge({ words: [word = 0n] }, { fault, fpd }) {
    const wrong = fault !== Number(word & 1n) ? 'toy.fault' : fpd === true ? 'toy.fpd' : undefined;
    return { exercised: [], mismatches: wrong === undefined ? [] : [mismatch(wrong)] };
  },
  *simpler(testCase) {
    for (let lower = 0n; lower < (testCase.words[0] ?? 0n); lower++) yield { ...testCase, words: [lower] };
  },
};
const answering = (name: string, answer: (word: number) => EntryObservation): Implementation => ({
  name,
  profile: 'any',
  areas: ['entry'],
  run: (testCase) => answer(Number((testCase as EntryCase).words[0])),
});

test('what is met only where the others break something that is shown is named, and no group of its own', async () => {
  const all = [
    answering('blind', () => ({ fault: 0 })),
    answering('loud', (word) => ({ fault: word & 1, fpd: (word & 3) === 3 })),
  ];
  const members = new Members(
    all.map((implementation) => ({ label: implementation.name, implementation })),
    groundsOf(all),
  );
  const { groups, entangled } = await compareArea(toy, members, { seed: 'a', runs: 200 });
  expect(groups.map(({ title }) => title)).toEqual(['toy.fault by blind']);
  expect(entangled.map(({ title }) => title)).toEqual(['toy.fpd by loud']);
});
