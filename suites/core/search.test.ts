import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { built, upTo } from '../../generators/drawing.ts';
import { type Implementation, ImplementationFailure } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { Case, EntryCase, EntryObservation, Finding } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { search } from './search.ts';
import { blindToBit5, healthy, implementation, known, options, stored, toy } from './toy.fixture.ts';

test('a healthy implementation has no finding, and a rule that decided nothing is not a pass', async () => {
  const result = await search(toy, healthy, options);
  expect(result.findings).toEqual([]);
  const [even, odd, never, ...contract] = result.rules.map(({ status }) => status);
  expect([even, odd, never]).toEqual(['pass', 'pass', 'not-exercised']);
  expect(contract).toEqual(['pass', 'pass', 'pass']);
  expect(result.rules.slice(0, 3).reduce((sum, { exercised }) => sum + exercised, 0)).toBe(3000);
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
    spentMs: undefined,
  });
  const expected = await strip(blindToBit5);
  expect(await strip(later)).toEqual(expected);
  // A batch may hold candidates that are not needed any more.
  const inBatches = await strip(batched);
  expect(withoutExecutions(inBatches.findings)).toEqual(withoutExecutions(expected.findings));
  expect(inBatches.rules).toEqual(expected.rules);
});

function withoutExecutions(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => ({ ...finding, found: { ...finding.found, executions: 0 } }));
}

test('the search goes on past an expected failure, which fails nothing', async () => {
  const result = await search(toy, blindToBit5, { ...options, expectedFailures: [known] });
  expect(result.findings[0]?.expectedFailure).toBe('known since long');
  expect(result.rules[0]?.status).toBe('expected-failure');
  expect(result.cases).toBe(3000);
});

test('an expected failure that does not happen is an unexpected pass, unless its rule decided nothing or it is seldom', async () => {
  const never = { ...known, rule: 'toy.never' };
  const otherAspect = { ...known, aspect: 'code' } as const;
  const { rules } = await search(toy, healthy, { ...options, expectedFailures: [known, never] });
  expect(rules[0]?.status).toBe('unexpected-pass');
  expect(rules[2]?.status).toBe('not-exercised');
  const both = await search(toy, blindToBit5, { ...options, expectedFailures: [known, otherAspect] });
  expect(both.rules[0]?.status).toBe('unexpected-pass');
  const seldom = { ...known, seldom: true } as const;
  const missed = await search(toy, healthy, { ...options, expectedFailures: [seldom] });
  expect(missed.rules[0]?.status).toBe('pass');
  const elsewhere = { ...known, area: 'translation' } as const;
  const other = await search(toy, healthy, { ...options, expectedFailures: [elsewhere] });
  expect(other.rules[0]?.status).toBe('pass');
});

test('an exception without a kind counts as a crash', async () => {
  const broken: Implementation = {
    ...healthy,
    run() {
      throw new Error('x is not a function');
    },
  };
  const { findings } = await search(toy, broken, options);
  expect(findings[0]?.observed).toBe('crash: x is not a function');
});

test('a crash is a finding of the answers rule and shrinks like any other', async () => {
  const fragile: Implementation = {
    ...healthy,
    run(testCase) {
      if (((testCase as EntryCase).words[0] ?? 0n) & 0x100n)
        throw new ImplementationFailure('crash', 'it died');
      return healthy.run(testCase);
    },
  };
  const { findings } = await search(toy, fragile, options);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    rule: 'entry.answers',
    case: { words: [0x100n] },
    observed: 'crash: it died',
    observation: null,
  });
});

test('more cases are drawn while time remains', async () => {
  let looks = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => looks++);
  const result = await search(toy, healthy, { ...options, runs: 1, timeMs: 1000 });
  vi.restoreAllMocks();
  expect(result.cases).toBeGreaterThan(1);
});

test('what takes no batches is asked a few drawn cases at a time, however many are drawn', async () => {
  let drawn = 0;
  let most = 0;
  const counting = (word: number): EntryCase => {
    drawn++;
    return stored(BigInt(word));
  };
  const counted: AreaSuite<'entry'> = { ...toy, arbitrary: () => built([upTo(9)], counting) };
  let asked = 0;
  const slow: Implementation = {
    ...healthy,
    run(testCase) {
      most = Math.max(most, drawn - asked++);
      return healthy.run(testCase);
    },
  };
  await search(counted, { ...slow, isRecorded: true }, { ...options, runs: 2000 });
  expect([drawn, asked]).toEqual([2000, 2000]);
  expect(most).toBeLessThan(32);
});

test('the aspects of one rule are findings of their own, and only the expected one is expected', async () => {
  const twoAspects: AreaSuite<'entry'> = {
    ...toy,
    judge(testCase, observation) {
      const { exercised, mismatches } = toy.judge(testCase, observation);
      return { exercised, mismatches: mismatches.flatMap((one) => [one, { ...one, aspect: 'code' }]) };
    },
  };
  const { findings, rules } = await search(twoAspects, blindToBit5, {
    ...options,
    expectedFailures: [known],
  });
  expect(findings.map(({ aspect, expectedFailure }) => [aspect, expectedFailure])).toEqual([
    ['outcome', 'known since long'],
    ['code', undefined],
  ]);
  expect(rules[0]?.status).toBe('fail');
});

test('a may rule that is not followed is a finding and its rule passes', async () => {
  const may = { ...toy, rules: toy.rules.map((rule) => ({ ...rule, level: 'may' as const })) };
  const { findings, rules } = await search(may, blindToBit5, options);
  expect(findings).toMatchObject([{ rule: 'toy.even', level: 'may' }]);
  expect(rules[0]?.status).toBe('pass');
});

test('a finding ends under the simplest profile that shows it', async () => {
  const underAny: AreaSuite<'entry'> = {
    ...toy,
    arbitrary: (profiles) =>
      fc.tuple(fc.nat(0xffff), fc.constantFrom(...profiles)).map(([word, profile]) => ({
        area: 'entry',
        profile,
        format: 'pasid-directory',
        words: [BigInt(word)],
      })),
  };
  const wide: Implementation = {
    ...healthy,
    run: (testCase) => (testCase.profile.haw > 46 ? blindToBit5.run(testCase) : healthy.run(testCase)),
  };
  const { findings } = await search(underAny, wide, options);
  const simplest = namedProfiles.find(({ haw }) => haw > 46);
  expect(findings.map((finding) => finding.case.profile)).toEqual([simplest]);
});

test('facts of all cases are added up by name, and an area without facts has none', async () => {
  const factual: AreaSuite<'entry'> = {
    ...toy,
    judge: (testCase, observation) => ({
      ...toy.judge(testCase, observation),
      facts: [{ fact: 'the word is odd', seen: (testCase.words[0] ?? 0n) % 2n === 1n }],
    }),
  };
  const { facts } = await search(factual, healthy, { ...options, runs: 100 });
  expect(facts).toEqual([{ fact: 'the word is odd', seen: expect.any(Number), chances: 100 }]);
  expect(facts?.[0]?.seen).toBeGreaterThan(20);
  expect(facts?.[0]?.seen).toBeLessThan(80);
  expect(await search(toy, healthy, { ...options, runs: 10 })).not.toHaveProperty('facts');
});

test('what did not do at first is tried again when nothing else does any more', async () => {
  const [top, wrong, low] = [0x8000n, 0x20n, 0x2n];
  const isWrong = (word: bigint): boolean =>
    (word & wrong) !== 0n && ((word & top) !== 0n || (word & low) === 0n);
  const faulty = implementation((word) => ({ fault: isWrong(word) || (word & 0xffn) === 0n ? null : 0x52 }));
  const runBatch = async (cases: readonly Case[]) =>
    cases.map((testCase) => ({ observation: faulty.run(testCase) as EntryObservation }));
  const { findings } = await search(toy, { ...faulty, runBatch }, options);
  expect(findings.map(({ case: found }) => (found as EntryCase).words)).toContainEqual([wrong]);
});
