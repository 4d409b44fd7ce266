/** When a search stops asking what dies or hangs again and again. */
import { expect, test } from 'vitest';
import { type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import type { EntryCase } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { search } from './search.ts';
import { blindToBit5, healthy, known, options, stored, toy } from './toy.fixture.ts';

test('a search gives up after a few hangs, each of which costs a whole time limit, and so does shrinking', async () => {
  let hangs = 0;
  const stuck: Implementation = {
    ...healthy,
    run(testCase) {
      const [word = 0n] = (testCase as EntryCase).words;
      if (word.toString(2).replaceAll('0', '').length < 3) return healthy.run(testCase);
      hangs++;
      throw new ImplementationFailure('hang', 'no answer');
    },
  };
  // The first word that hangs has more bits than shrinking may clear.
  const { findings } = await search(toy, stuck, { ...options, seed: 'c' });
  expect(findings.map(({ observed }) => observed)).toEqual(['hang: no answer']);
  expect(hangs).toBe(3 + 6 + 1);
});

test('a given case that hangs is given up on like a drawn one', async () => {
  let hangs = 0;
  const stuck: Implementation = {
    ...healthy,
    run() {
      hangs++;
      throw new ImplementationFailure('hang', 'no answer');
    },
  };
  const given = Array.from({ length: 600 }, (_unused, word) => stored(BigInt(word)));
  const { cases, findings } = await search(toy, stuck, { ...options, given });
  expect(findings).toHaveLength(1);
  expect(cases).toBe(3);
  expect(hangs).toBeLessThan(20);
});

const dead = (): never => {
  throw new ImplementationFailure('crash', 'it died');
};

test('an implementation that dies of every case is given up with what was found', async () => {
  const told: string[] = [];
  const { cases, findings, givenUp } = await search(
    toy,
    { ...healthy, run: dead },
    { ...options, onFinding: ({ id }) => told.push(id) },
  );
  expect({ cases, givenUp }).toEqual({ cases: 16, givenUp: '16 of 16 cases ended the implementation' });
  expect(findings.map(({ observed }) => observed)).toEqual(['crash: it died']);
  expect(told).toEqual(findings.map(({ id }) => id));
});

test('deaths that are expected end no search', async () => {
  const expectedFailures = [{ ...known, rule: 'entry.answers' }];
  const result = await search(toy, { ...healthy, run: dead }, { ...options, expectedFailures });
  expect(result.cases).toBe(3000);
  expect(result).not.toHaveProperty('givenUp');
});

test('simple cases that kill do not make the shrinking of another breach endless', async () => {
  let deaths = 0;
  const fragile: Implementation = {
    ...blindToBit5,
    run(testCase) {
      if ((testCase as EntryCase).words[0] === 0xff20n) return blindToBit5.run(testCase);
      deaths++;
      return dead();
    },
  };
  const endless: AreaSuite<'entry'> = {
    ...toy,
    *simpler(testCase) {
      for (let word = 0n; word < 0xff20n; word++) yield { ...testCase, words: [word] };
    },
  };
  const expectedFailures = [{ ...known, rule: 'entry.answers' }];
  const given = [stored(0xff20n)];
  const { findings } = await search(endless, fragile, { ...options, given, runs: 0, expectedFailures });
  expect(findings).toMatchObject([{ rule: 'toy.even', case: { words: [0xff20n] } }]);
  // One more, and the bits of the case are left alone.
  expect(deaths).toBe(101);
});
