import { expect, test } from 'vitest';
import { type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import type { EntryCase } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { search } from './search.ts';
import { implementation, known, options, stored, toy } from './toy.fixture.ts';

/** What is observed is how a mistake looks. */
const looking: AreaSuite<'entry'> = { ...toy, look: ({ observed }) => observed };
/** Where bit 5 is set, a code too early; with bit 6, another one; with bit 7, none. */
const early = implementation((word) => {
  const shown = [0x20n, 0x40n, 0x80n].find((bit) => (word & bit) !== 0n);
  return {
    fault:
      shown === undefined ? ((word & 0xffn) === 0n ? null : 0x52) : shown === 0x80n ? null : Number(shown),
  };
});
const found = async (suite: AreaSuite<'entry'>, word: bigint, expectedFailures = [] as (typeof known)[]) => {
  const given = [stored(word)];
  const { findings } = await search(suite, early, { ...options, runs: 0, given, expectedFailures });
  return findings.map((finding) => [finding.rule, 'words' in finding.case && finding.case.words]);
};

test('a breach is told by the simplest case that looks like it, under the rule that this one breaks', async () => {
  expect(await found(toy, 0x21n)).toEqual([['toy.odd', [0x21n]]]);
  expect(await found(looking, 0x21n)).toEqual([['toy.even', [0x20n]]]);
});

test('what looks otherwise is another mistake, however simple', async () => {
  const onlyOdd = {
    ...looking,
    look: (breach: { observed: string; rule: string }) => breach.observed + breach.rule,
  };
  expect(await found(onlyOdd, 0x41n)).toEqual([['toy.odd', [0x41n]]]);
});

test('a breach that has no look is one of its own', async () => {
  expect(await found({ ...toy, look: () => undefined }, 0x21n)).toEqual([['toy.odd', [0x21n]]]);
});

test('what fails no run is no name for what does', async () => {
  const rules = toy.rules.map((rule) => (rule.id === 'toy.even' ? { ...rule, level: 'may' as const } : rule));
  expect(await found({ ...looking, rules }, 0x21n)).toEqual([['toy.odd', [0x21n]]]);
});

test('who dies on simpler cases is not asked for what looks like it', async () => {
  const asked = async (suite: AreaSuite<'entry'>) => {
    let executions = 0;
    const fragile: Implementation = {
      ...early,
      run(testCase) {
        executions++;
        if ((testCase as EntryCase).words[0] === 0x20n)
          throw new ImplementationFailure('crash', 'it is gone');
        return early.run(testCase);
      },
    };
    await search(suite, fragile, { ...options, runs: 0, given: [stored(0x21n)] });
    return executions;
  };
  expect(await asked(looking)).toBe(await asked(toy));
});

test('what is expected to fail is no name for a surprise', async () => {
  expect(await found(looking, 0x21n, [known])).toEqual([['toy.odd', [0x21n]]]);
});
