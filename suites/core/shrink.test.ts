import { expect, test } from 'vitest';
import type { AreaSuite } from './area-suite.ts';
import { search } from './search.ts';
import { blindToBit5, options, toy } from './toy.fixture.ts';

test('a shrink ends where the steps of an area lead back to where they were', async () => {
  const circling: AreaSuite<'entry'> = {
    ...toy,
    *simpler(testCase) {
      const [word = 0n] = testCase.words;
      yield testCase;
      yield testCase;
      yield* toy.simpler(testCase);
      yield { ...testCase, words: [word ^ 0x100n] };
    },
  };
  const { findings } = await search(circling, blindToBit5, options);
  expect(findings).toMatchObject([{ rule: 'toy.even', case: { words: [0x20n] } }]);
});
