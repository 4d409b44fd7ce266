import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import { answersRule } from '../../spec/rules/answers.ts';
import type { EntryCase, EntryObservation } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { search } from './search.ts';

/** A toy area: an entry is valid when its low byte is zero; two rules say so for even and odd words. */
const toy: AreaSuite<'entry'> = {
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

function implementation(answer: (word: bigint) => EntryObservation): Implementation {
  return {
    name: 'toy',
    profile: 'any',
    areas: ['entry'],
    run: (c) => answer((c as EntryCase).words[0] ?? 0n),
  };
}
const healthy = implementation((word) => ({ fault: (word & 0xffn) === 0n ? null : 0x52 }));
const blindToBit5 = implementation((word) => ({ fault: (word & 0xdfn) === 0n ? null : 0x52 }));
const options = { seed: 'a', runs: 3000, profiles: namedProfiles };

test('a healthy implementation has no finding, and a rule that decided nothing is not a pass', async () => {
  const result = await search(toy, healthy, options);
  expect(result.findings).toEqual([]);
  expect(result.rules.map(({ status }) => status)).toEqual(['pass', 'pass', 'not-exercised']);
  expect(result.rules.reduce((sum, { exercised }) => sum + exercised, 0)).toBe(3000);
});

test('a breach is shrunk to its normal form, whatever the seed', async () => {
  const ids = new Set<string>();
  for (const seed of ['a', 'b', 'c', 'd', 'e']) {
    const { findings } = await search(toy, blindToBit5, { ...options, seed });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ rule: 'toy.even', aspect: 'outcome', case: { words: [0x20n] } });
    ids.add(findings[0]!.id);
  }
  expect(ids.size).toBe(1);
});

test('the same seed gives the same result, asynchronously and in batches too', async () => {
  const later: Implementation = { ...blindToBit5, run: async (c) => blindToBit5.run(c) };
  const batched: Implementation = {
    ...later,
    runBatch: async (cases) => Promise.all(cases.map(async (c) => ({ observation: await later.run(c) }))),
  };
  const strip = async (tested: Implementation) => ({
    ...(await search(toy, tested, options)),
    durationMs: 0,
  });
  const expected = await strip(blindToBit5);
  expect(await strip(later)).toEqual(expected);
  expect(await strip(batched)).toEqual(expected);
});

test('the search goes on past an expected failure, which fails nothing', async () => {
  const expected = ({ rule }: { rule: string }) => (rule === 'toy.even' ? 'known since long' : undefined);
  const result = await search(toy, blindToBit5, { ...options, expected });
  expect(result.findings[0]?.expectedFailure).toBe('known since long');
  expect(result.rules[0]?.status).toBe('expected-failure');
  expect(result.cases).toBe(3000);
});

test('a crash is a finding of the answers rule and shrinks like any other', async () => {
  const rules = [...toy.rules, answersRule('entry')];
  const fragile: Implementation = {
    ...healthy,
    run(testCase) {
      if (((testCase as EntryCase).words[0] ?? 0n) & 0x100n)
        throw new ImplementationFailure('crash', 'it died');
      return healthy.run(testCase);
    },
  };
  const { findings } = await search({ ...toy, rules }, fragile, options);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    rule: 'entry.answers',
    case: { words: [0x100n] },
    observed: 'crash: it died',
    observation: null,
  });
});

test('more cases are drawn while time remains', async () => {
  const result = await search(toy, healthy, { ...options, runs: 1, timeMs: 20 });
  expect(result.cases).toBeGreaterThan(1);
});
