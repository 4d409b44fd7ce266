import { expect, test } from 'vitest';
import { type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Case, Profile } from '../../spec/schema.ts';
import { caseHash } from './cause.ts';
import { search } from './search.ts';
import { blindToBit5, implementation, options, stored, toy } from './toy.fixture.ts';

/** The low byte counts, but for bit 5 of even words, and for bits 5 and 6 of odd ones. */
const blindInTwoRules = implementation((word) => {
  const seen = (word & 1n) === 0n ? word & 0xdfn : word & 0x9en;
  return { fault: seen === 0n ? null : 0x52 };
});

test('breaches that shrink to different cases have causes of their own', async () => {
  const { findings } = await search(toy, blindInTwoRules, options);
  expect(findings.map(({ rule }) => rule).toSorted()).toEqual(['toy.even', 'toy.odd']);
  const [even, odd] = ['toy.even', 'toy.odd'].map((rule) => findings.find((one) => one.rule === rule));
  expect([even?.case, odd?.case]).toMatchObject([{ words: [0x20n] }, { words: [1n] }]);
  expect([even?.cause, odd?.cause]).toEqual([even, odd].map((one) => one?.id.split('/').at(-1)));
});

/** An odd word is wrong only together with bit 5, which is wrong without it. */
const blindInOddWordsToo = implementation((word) => ({
  fault: (word & 0xffn) === 0n || (word & 0xfen) === 0x20n ? null : 0x52,
}));

test('a breach that any simpler one leads to has the cause of that', async () => {
  const { findings } = await search(toy, blindInOddWordsToo, options);
  const [even, odd] = ['toy.even', 'toy.odd'].map((rule) => findings.find((one) => one.rule === rule));
  expect([even?.case, odd?.case]).toMatchObject([{ words: [0x20n] }, { words: [0x21n] }]);
  expect(odd?.cause).toBe(even?.cause);
  expect(even?.id).toBe(`toy.even/outcome/${even?.cause}`);
});

test('what a breach cannot come from is no cause of it', async () => {
  const apart: typeof toy = { ...toy, mayName: (other, breach) => other.rule === breach.rule };
  const { findings } = await search(apart, blindInOddWordsToo, options);
  expect(new Set(findings.map(({ cause }) => cause)).size).toBe(2);
});

test('a case goes further by what breaks another rule on the way', async () => {
  // 61h has 60h only below it, which has 11h.
  const wrong = [0x61n, 0x60n, 0x11n];
  const blind = implementation((word) => ({
    fault: wrong.includes(word) || (word & 0xffn) === 0n ? null : 0x52,
  }));
  const winding: typeof toy = {
    ...toy,
    *simpler(testCase) {
      yield* toy.simpler(testCase);
      if (testCase.words[0] === 0x60n) yield { ...testCase, words: [0x11n] };
    },
  };
  const { findings } = await search(winding, blind, { ...options, runs: 0, given: [stored(0x61n)] });
  expect(findings.map((one) => [one.rule, one.case])).toMatchObject([['toy.odd', { words: [0x11n] }]]);
});

test('who dies on simpler cases is not asked for the cause', async () => {
  const fragile: Implementation = {
    ...blindToBit5,
    run(testCase) {
      if ('words' in testCase && (testCase.words[0] ?? 0n) === 0n) {
        throw new ImplementationFailure('crash', 'it is gone');
      }
      return blindToBit5.run(testCase);
    },
  };
  const { findings } = await search(toy, fragile, options);
  expect(findings.find(({ rule }) => rule === 'toy.even')?.cause).toBeUndefined();
});

test('a breach of level may is no cause of one that fails the run', async () => {
  // As above, but what an odd word is wrong with alone is let be.
  const lenient: typeof toy = {
    ...toy,
    rules: toy.rules.map((rule) => (rule.id === 'toy.even' ? { ...rule, level: 'may' } : rule)),
  };
  const { findings } = await search(lenient, blindInOddWordsToo, options);
  const odd = findings.find(({ rule }) => rule === 'toy.odd');
  expect(odd?.id).toBe(`toy.odd/outcome/${odd?.cause}`);
});

test('who is costly to ask alone is not asked for the cause', async () => {
  const { findings } = await search(toy, { ...blindToBit5, costlyAlone: true }, options);
  expect(findings.map(({ cause }) => cause)).toEqual([undefined]);
});

test('a cause that takes too many executions is left unsaid', async () => {
  const many: typeof toy = {
    ...toy,
    *simpler(testCase) {
      // Valid entries in plenty come first.
      for (let word = 0x100n; word <= 0x300_00n; word += 0x100n) yield { ...testCase, words: [word] };
      yield* toy.simpler(testCase);
    },
  };
  const { findings } = await search(many, blindToBit5, options);
  expect(findings).toMatchObject([{ case: { words: [0x20n] } }]);
  expect(findings[0]?.cause).toBeUndefined();
});

test('a case has one hash, in whatever order it was put together', () => {
  const profile = namedProfile('legacy-39') as Profile;
  const drawn: Case = { area: 'entry', profile, format: 'root-legacy', words: [1n, 0n] };
  const { words, ...rest } = drawn;
  expect(caseHash({ words, ...rest })).toBe(caseHash(drawn));
  expect(caseHash({ ...rest, words: [0n, 0n] })).not.toBe(caseHash(drawn));
});
