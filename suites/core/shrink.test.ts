import { expect, test } from 'vitest';
import type { AreaSuite } from './area-suite.ts';
import { Probe } from './probe.ts';
import { search } from './search.ts';
import { blindToBit5, options, stored, toy } from './toy.fixture.ts';

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

test('what was passed over is asked at the end, until it leads no further', async () => {
  const isIt = ({ rule }: { readonly rule: string }) => rule === 'toy.even';
  const probe = new Probe(toy, blindToBit5, isIt, () => undefined, { maxDeaths: 1 });
  const right = (from: bigint) =>
    Array.from({ length: 70 }, (_, index) => stored((from + BigInt(index)) << 8n));
  probe.passOver(() => true);
  expect(await probe.firstBreaking(right(1n))).toBeUndefined();
  expect(probe.executions).toBe(0);
  expect(probe.askEverything()).toBe(true);
  expect(await probe.firstBreaking([...right(1n).slice(0, 60), stored(0x20n)])).toMatchObject({ index: 60 });
  expect(await probe.firstBreaking([...right(100n), stored(0x120n)])).toBeUndefined();
  expect(probe.executions).toBe(61 + 64);
});
