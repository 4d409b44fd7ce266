import { expect, test } from 'vitest';
import type { AreaSuite } from './area-suite.ts';
import { search } from './search.ts';
import { implementation, known, options, stored, toy } from './toy.fixture.ts';

/** Of a word that is odd it is asked whether bit 0 has to do with it. */
const asking: AreaSuite<'entry'> = {
  ...toy,
  *questions(testCase, { rule }, isShrunk) {
    const [word = 0n] = testCase.words;
    if (isShrunk && rule === 'toy.odd') yield [{ ...testCase, words: [word & ~1n] }];
  },
};
/** Bit 5 alone does not count, bit 0 with it or not; bit 6 does not count beside bit 0. */
const blind = implementation((word) => ({ fault: [0n, 0x20n, 0x21n, 0x41n].includes(word) ? null : 0x52 }));
const found = async (suite: AreaSuite<'entry'>, ...words: readonly bigint[]) => {
  const given = words.map((word) => stored(word));
  const { findings } = await search(suite, blind, { ...options, runs: 0, given });
  return findings.map((finding) => [finding.rule, 'words' in finding.case && finding.case.words]);
};

test('a breach is named by the question that shows it without what has nothing to do with it', async () => {
  expect(await found(toy, 0x21n)).toEqual([['toy.odd', [0x21n]]]);
  expect(await found(asking, 0x21n)).toEqual([['toy.even', [0x20n]]]);
});

test('a breach keeps its name where no question shows another one', async () => {
  expect(await found(asking, 0x41n)).toEqual([['toy.odd', [0x41n]]]);
});

test('of a name that turned into another one the next breach is looked at as well', async () => {
  expect(await found(toy, 0x21n, 0x41n)).toEqual([['toy.odd', [0x21n]]]);
  expect(await found(asking, 0x21n, 0x41n)).toEqual([
    ['toy.even', [0x20n]],
    ['toy.odd', [0x41n]],
  ]);
  expect(await found(asking, 0x21n, 0x21n, 0x21n, 0x41n)).toEqual([['toy.even', [0x20n]]]);
});

test('a rule that was broken under another name only is not told as kept', async () => {
  const rules = async (...words: readonly bigint[]) => {
    const given = words.map((word) => stored(word));
    const result = await search(asking, blind, { ...options, runs: 0, given });
    return result.rules.filter(({ renamed }) => renamed).map(({ id, status }) => [id, status]);
  };
  expect(await rules(0x21n)).toEqual([['toy.odd', 'pass']]);
  expect(await rules(0x21n, 0x41n)).toEqual([]);
});

test('what fails no run is not told as broken under another name', async () => {
  const remarked = toy.rules.map((rule) =>
    rule.id === 'toy.odd' ? { ...rule, level: 'may' as const } : rule,
  );
  const given = [stored(0x21n)];
  const { rules } = await search({ ...asking, rules: remarked }, blind, { ...options, runs: 0, given });
  expect(rules.find(({ id }) => id === 'toy.odd')?.renamed).toBeUndefined();
});

test('what a breach cannot come from is no name for it', async () => {
  expect(await found({ ...asking, mayName: () => false }, 0x21n)).toEqual([['toy.odd', [0x21n]]]);
});

test('what is expected to fail is no name for a surprise', async () => {
  const given = [stored(0x21n)];
  const { findings } = await search(asking, blind, { ...options, runs: 0, given, expectedFailures: [known] });
  expect(findings.map(({ rule, expectedFailure }) => [rule, expectedFailure])).toEqual([
    ['toy.odd', undefined],
  ]);
});
