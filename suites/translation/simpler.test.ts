/** Whatever the seed, a planted bug shrinks to a few words: the same ones, or at another level of the path. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { profilePool } from '../../generators/profiles.ts';
import { anyTranslationCase } from '../../generators/translation.ts';
import { optimized } from '../../models/optimized/implementation.ts';
import { expectations } from '../../models/reference/translation.ts';
import { toJson } from '../../spec/json.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type {
  Mismatch,
  Profile,
  RequestResult,
  TranslationCase,
  TranslationObservation,
} from '../../spec/schema.ts';
import { caught } from '../core/planted.fixture.ts';
import { at, handMade } from './hand-made.ts';
import { simplerTranslations } from './simpler.ts';
import { translationSuite } from './suite.ts';

type Answer = (testCase: TranslationCase) => readonly RequestResult[];

const healthy: Answer = (testCase) => (optimized.run(testCase) as TranslationObservation).results;

const withoutBit = (bit: bigint, testCase: TranslationCase): TranslationCase => ({
  ...testCase,
  memory: testCase.memory.map(({ address, words }) => ({
    address,
    words: words.map((word) => word & ~(1n << bit)),
  })),
});

const bugs: readonly (readonly [
  what: string,
  finding: string,
  mostWords: number,
  places: number,
  answer: Answer,
])[] = [
  [
    'bit 62 of a second-stage entry is not checked in legacy mode',
    'LSS.2/outcome',
    6,
    3,
    (testCase) => healthy((testCase.rtaddr & 0x400n) === 0n ? withoutBit(62n, testCase) : testCase),
  ],
  [
    'FPD is overlooked in legacy mode',
    'translation.fpd.context/record',
    2,
    1,
    (testCase) =>
      healthy(testCase).map((result) =>
        result.outcome === 'blocked' && result.record === null && (testCase.rtaddr & 0x400n) === 0n
          ? { ...result, record: {} }
          : result,
      ),
  ],
  [
    'a write is recorded as a read',
    'translation.record.operation/record',
    0,
    1,
    (testCase) =>
      healthy(testCase).map((result) =>
        result.outcome === 'blocked' && result.record
          ? { ...result, record: { ...result.record, op: 'read' } }
          : result,
      ),
  ],
];

test.each(bugs)('%s', async (_, expected, mostWords, places, answer) => {
  const plant = {
    suite: translationSuite,
    profiles: profilePool,
    healthy: (testCase: TranslationCase) => ({ results: [...healthy(testCase)] }),
    faulty: (testCase: TranslationCase) => ({ results: [...answer(testCase)] }),
    isIt: ({ rule, aspect }: Mismatch) => `${rule}/${aspect}` === expected,
  };
  const forms = new Set<string>();
  for (const seed of ['a', 'b', 'c', 'd'].slice(0, 1 + places)) {
    const smallest = await caught(plant, seed);
    expect(smallest.requests).toHaveLength(1);
    expect(smallest.memory.flatMap(({ words }) => words).length).toBeLessThanOrEqual(mostWords);
    forms.add(toJson(smallest));
  }
  expect(forms.size).toBeLessThanOrEqual(places);
});

test('simpler cases have no more requests and words, and the list of them ends', () => {
  const [drawn] = fc.sample(anyTranslationCase(profilePool), { seed: 3, numRuns: 1 });
  const size = ({ requests, memory }: TranslationCase): number =>
    requests.length + memory.flatMap(({ words }) => words).length;
  const start = drawn as TranslationCase;
  const candidates = [...simplerTranslations(start)];
  expect(candidates.length).toBeGreaterThan(20);
  expect(candidates.filter((simpler) => size(simpler) > size(start))).toEqual([]);
  expect(candidates).not.toContainEqual(start);
});

test('the root table leaves page 0, which is where pointers lead that say nothing', () => {
  const [, context] = handMade({}).memory;
  const atZero: TranslationCase = {
    ...handMade({ rtaddr: 0n }),
    memory: [{ address: 0n, words: [at.context | 1n] }, context!],
  };
  const moved = [...simplerTranslations(atZero)].find(({ rtaddr }) => rtaddr > 0n);
  expect(moved).toEqual({
    ...atZero,
    rtaddr: 0x1000n,
    memory: [{ address: 0x1000n, words: [at.context | 1n] }, context],
  });
});

test('no pointer to a table becomes one to another', () => {
  const start = handMade({ levels: 3 });
  const isOf = (page: bigint) => (word: bigint) => (word & ~0xfffn) === page;
  const pointers = [...simplerTranslations(start)]
    .filter(({ memory }) => memory.length === start.memory.length)
    .map(({ rtaddr, memory }) => ({
      root: rtaddr,
      words: memory.slice(0, -1).flatMap(({ words }) => words),
    }));
  const overlaid = pointers.filter(({ root, words }) => words.some(isOf(root)));
  expect(overlaid).toEqual([]);
});

test('a bit alone in an entry becomes one that most formats say something else of', () => {
  const leaf = (word: bigint) => handMade({ levels: 3, page: 3, leaf: word });
  const found = [...simplerTranslations(leaf((1n << 62n) | 1n))];
  for (const bit of [7n, 11n, 13n, 52n]) expect(found).toContainEqual(leaf((1n << bit) | 1n));
});

test('where an emulator must read the page, no simpler case leads anywhere else', () => {
  const machine: Profile = {
    ...(namedProfiles[0] as Profile),
    backed: [{ start: 0x10_0000n, end: 0x60_0000n }],
    sourceIds: [0x10, 0x80],
  };
  const inRange = (address: bigint): boolean => address >= 0x10_0000n && address < 0x60_0000n;
  for (const drawn of fc.sample(anyTranslationCase([machine]), { seed: 3, numRuns: 5 })) {
    for (const simpler of simplerTranslations(drawn)) {
      const answers = expectations(simpler).flatMap((expected) => expected ?? []);
      const reached = answers.flatMap((answer) =>
        answer.outcome === 'translated' ? (answer.address ?? []) : [],
      );
      expect(reached.every(inRange)).toBe(true);
      expect(simpler.requests.every(({ sourceId }) => machine.sourceIds?.includes(sourceId))).toBe(true);
    }
  }
});
