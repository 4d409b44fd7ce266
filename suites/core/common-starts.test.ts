/** Searches that find one bug in two cases shrink it from the same one. */
import { expect, test } from 'vitest';
import type { EntryCase, Profile } from '../../spec/schema.ts';
import { commonStarts } from './common-starts.ts';
import { search } from './search.ts';
import { implementation, options, stored, toy } from './toy.fixture.ts';

/** A toy area whose cases never become simpler: what is reported is where the shrink began. */
const stuck = { ...toy, startRounds: 1, *simpler() {} };
/** Of the even words one in five is 0, and the case smaller. */
const sized = {
  ...stuck,
  arbitrary: (profiles: readonly Profile[]) =>
    toy.arbitrary(profiles).map((drawn) => {
      const [word = 0n] = drawn.words;
      return word % 10n === 0n ? { ...drawn, words: [0n] } : drawn;
    }),
};
const blindToTwoBits = implementation((word) => ({ fault: (word & 0x9fn) === 0n ? null : 0x52 }));

test('two seeds report the same case, though no case has a simpler one', async () => {
  const [one, other] = await Promise.all(
    ['a', 'b'].map((seed) => search(stuck, blindToTwoBits, { ...options, seed })),
  );
  expect(one!.findings[0]!.found.afterCases).not.toBe(other!.findings[0]!.found.afterCases);
  expect(one!.findings[0]!.id).toBe(other!.findings[0]!.id);
});

test('what no common start shows is shrunk from the case that showed it', async () => {
  const seldom = implementation((word) => ({
    fault: (word & 0xffn) === 0n || word === 0x1234n ? null : 0x52,
  }));
  const { findings } = await search(stuck, seldom, { ...options, given: [stored(0x1234n)], runs: 0 });
  expect(findings.map((finding) => finding.case)).toEqual([stored(0x1234n)]);
});

test('only cases that exercise the rule are tried, and a rule of every case has all', () => {
  const words = (rule: string) =>
    [...commonStarts(stuck, options.profiles, rule)].map(({ words: [word = 0n] }) => word & 1n);
  expect(new Set(words('toy.odd'))).toEqual(new Set([1n]));
  expect(words('toy.never')).toEqual([]);
  expect(new Set(words('entry.answers'))).toEqual(new Set([0n, 1n]));
});

test('of the many that exercise a rule some of every size are tried, the smallest first', () => {
  const words = [...commonStarts(sized, options.profiles, 'toy.even')].map(({ words: [word = 0n] }) => word);
  expect(words).toHaveLength(24);
  const isLarger = words.map((word) => word > 0n);
  expect(isLarger).toEqual(isLarger.toSorted());
  expect(new Set(isLarger)).toEqual(new Set([false, true]));
});

test('scenes come before what is drawn, those that exercise the rule first', () => {
  const [first, second] = options.profiles;
  const staged = {
    ...stuck,
    fitting: () => [first!, second!],
    // The second scene needs what the first profile lacks.
    scenes: (profile: Profile) => [
      stored(0x2n, profile) as EntryCase,
      profile === first ? undefined : (stored(0x5n, profile) as EntryCase),
      stored(0x7n, profile) as EntryCase,
    ],
  };
  const begin = [...commonStarts(staged, options.profiles, 'toy.odd')].slice(0, 3);
  expect(begin).toEqual([stored(0x5n, second), stored(0x7n, first), stored(0x2n, first)]);
});

test('where starts are drawn plainer than cases are, as many fewer as one of these costs more', () => {
  const plain = {
    ...stuck,
    cost: 64,
    starts: (profiles: readonly Profile[]) => toy.arbitrary(profiles).map(one),
  };
  const begin = [...commonStarts(plain, options.profiles, 'entry.answers')];
  expect(begin).toHaveLength(8);
  expect(begin.every(({ words }) => words[0] === 1n)).toBe(true);
});

const one = (drawn: EntryCase): EntryCase => ({ ...drawn, words: [1n] });
