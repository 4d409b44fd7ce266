import { expect, test } from 'vitest';
import { type BatchAnswer, type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { Case } from '../../spec/schema.ts';
import { bitsThatMatter } from './bits-that-matter.ts';
import { wordsOf } from './case-words.ts';
import { search } from './search.ts';
import { blindToBit5, known, options, toy } from './toy.fixture.ts';

const [profile] = namedProfiles as [Case['profile']];
const broken = { rule: 'toy.even', aspect: 'outcome' } as const;
const entry = (word: bigint) =>
  ({ area: 'entry', profile, format: 'pasid-directory', words: [word] }) as const satisfies Case;
const mutable = (word: bigint) => ({ ...entry(word), words: [word] });

test('a shrunk finding tells the bits of which any one ends the failure when it is changed', async () => {
  const { findings } = await search(toy, blindToBit5, options);
  const [finding] = findings;
  expect(finding?.bits).toEqual([{ place: 'word[0]', value: 0x20n, matters: 0xffn }]);
});

test('bits that do not matter may have any value in the case', async () => {
  const bits = await bitsThatMatter(toy, blindToBit5, mutable(0xff20n), broken);
  expect(bits).toEqual([{ place: 'word[0]', value: 0xff20n, matters: 0xffn }]);
});

test('nobody tries the bits of a failure that is known', async () => {
  const { findings } = await search(toy, blindToBit5, { ...options, expectedFailures: [known] });
  expect(findings.map(({ bits }) => bits)).toEqual([undefined]);
});

test('nor of a program that fails to answer, or that takes long to start', async () => {
  const runBatch = async (cases: readonly Case[]): Promise<BatchAnswer[]> =>
    cases.map((_, index) =>
      index === 3 ? { error: new ImplementationFailure('crash', 'gone') } : { observation: { fault: null } },
    );
  const dying: Implementation = { ...blindToBit5, runBatch };
  expect(await bitsThatMatter(toy, dying, mutable(0x20n), broken)).toBeUndefined();
  const costly = { ...blindToBit5, costlyAlone: true };
  const { findings } = await search(toy, costly, options);
  expect(findings.map(({ bits }) => bits)).toEqual([undefined]);
});

test('the words of a case are its tables, and what its steps store and submit', () => {
  const testCase: Case = {
    ...{ area: 'invalidation', profile, rtaddr: 0x1400n, translationEnabled: true },
    memory: [{ address: 0x2000n, words: [5n, 6n] }],
    steps: [
      { step: 'submit', descriptors: [[1n, 2n]] },
      { step: 'store', address: 0x3000n, words: [7n] },
    ],
  };
  const words = wordsOf(testCase);
  expect(words.map(({ place, value }) => `${place} ${value}`)).toEqual([
    'RTADDR 5120',
    '[0x0000000000002000] 5',
    '[0x0000000000002008] 6',
    'steps[0].descriptors[0][0] 1',
    'steps[0].descriptors[0][1] 2',
    'steps[1].words[0] 7',
  ]);
  for (const { place, replaced } of words) {
    const others = wordsOf(replaced(99n)).filter(({ value }) => value === 99n);
    expect(others.map((word) => word.place)).toEqual([place]);
  }
});
