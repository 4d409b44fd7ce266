import { expect, test } from 'vitest';
import type { Implementation } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { Case, EntryObservation } from '../../spec/schema.ts';
import { search } from './search.ts';
import { blindToBit5, healthy, implementation, options, stored, toy } from './toy.fixture.ts';

const elsewhere: Case = {
  area: 'used-bits',
  profile: namedProfiles[0]!,
  format: 'vtd-pasid',
  entry: Array<bigint>(8).fill(0n),
};

test('given cases are asked before any is drawn, and count beside what is drawn', async () => {
  const asked: bigint[] = [];
  const seen = implementation((word) => {
    asked.push(word);
    return healthy.run(stored(word)) as EntryObservation;
  });
  const given = [stored(0x1_0000n), elsewhere, stored(0x1_0001n)];
  const { cases } = await search(toy, seen, { ...options, given, runs: 5 });
  expect(cases).toBe(7);
  expect(new Set(asked.slice(0, 3))).toEqual(new Set([0x1_0000n, 0x1_0001n]));
  expect(asked.slice(3).every((word) => word < 0x1_0000n)).toBe(true);
});

test('with given cases alone nothing is drawn', async () => {
  const given = [stored(0x100n), stored(0x1n)];
  const { cases, rules } = await search(toy, healthy, { ...options, given, runs: 0 });
  expect(cases).toBe(2);
  expect(rules.slice(0, 2).map(({ exercised }) => exercised)).toEqual([1, 1]);
});

test('a breach on a given case is brought to the same normal form as one on a drawn case', async () => {
  const [drawn] = (await search(toy, blindToBit5, options)).findings;
  const given = [stored(0xff20n, structuredClone(namedProfiles[1]!))];
  const [found] = (await search(toy, blindToBit5, { ...options, given, runs: 0 })).findings;
  expect(found?.id).toBe(drawn?.id);
  expect(found?.found.afterCases).toBe(1);
});

test('a given case of a unit that the implementation is not is passed over, and not asked', async () => {
  const [own, other] = namedProfiles;
  const one: Implementation = { ...healthy, profile: [structuredClone(own!)] };
  const given = [stored(0x100n, own), stored(0x1n, other), stored(0x2n, other)];
  const { cases, skipped, rules } = await search(toy, one, { ...options, given, runs: 0 });
  expect(cases).toBe(3);
  expect(skipped).toEqual([{ reason: expect.stringContaining('does not offer'), cases: 2 }]);
  expect(rules.slice(0, 2).map(({ exercised }) => exercised)).toEqual([1, 0]);
});

test('answers that were recorded are asked once, and a breach among them keeps its case', async () => {
  let asked = 0;
  const recorded: Implementation = {
    ...blindToBit5,
    isRecorded: true,
    run(testCase) {
      asked++;
      return blindToBit5.run(testCase);
    },
  };
  const given = [stored(0xff20n), stored(0x1n)];
  const { findings, rules } = await search(toy, recorded, { ...options, given, runs: 0 });
  expect(findings.map((finding) => finding.case)).toEqual([stored(0xff20n)]);
  expect(asked).toBe(2);
  expect(rules.find(({ id }) => id === 'entry.repeatable')?.status).toBe('not-exercised');
});
