/** What a breach of area `translation` is named by, and what it is not. */
import { expect, test } from 'vitest';
import { reference } from '../../models/reference/implementation.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type {
  Mismatch,
  Profile,
  RequestResult,
  TranslationCase,
  TranslationObservation,
} from '../../spec/schema.ts';
import { search } from '../core/search.ts';
import { isReport } from './look.ts';
import { translationSuite } from './suite.ts';
import { Tables } from './tables.fixture.ts';

const everything = namedProfile('everything') as Profile;
const PASS_THROUGH = 0x9n;
const RESERVED = 0x4n;

test('which breaches are of how a fault was told alone', () => {
  const told = (aspect: Mismatch['aspect'], observed: string) =>
    isReport({ rule: 'LRT.3', aspect, expected: '', observed });
  expect(told('record', '0x0')).toBe(true);
  expect(told('code', 'blocked with 0x0')).toBe(true);
  expect(told('code', 'blocked with 0x2')).toBe(false);
  expect(told('code', 'no record')).toBe(false);
  expect(told('outcome', 'translated to 0x0')).toBe(false);
});

/** A unit that passes over a reserved bit wherever it stands, and tells its faults as `told` has them. */
function blind(told: (result: RequestResult) => RequestResult): Implementation {
  return {
    name: 'blind',
    profile: [everything],
    areas: ['translation'],
    run(testCase) {
      const { memory } = testCase as TranslationCase;
      const seen = memory.map((run) => ({ ...run, words: run.words.map((word) => word & ~RESERVED) }));
      const answer = reference.run({ ...testCase, memory: seen } as TranslationCase);
      return { results: (answer as TranslationObservation).results.map(told) };
    },
  };
}

const tables = new Tables(everything).legacy(PASS_THROUGH, 3n);
const given = [tables.set(0x1000n, 0x2001n | RESERVED).asCase({})];
const found = async (told: (result: RequestResult) => RequestResult) => {
  const options = { seed: 'a', runs: 0, given, profiles: [everything] };
  const { findings } = await search(translationSuite, blind(told), options);
  return findings.map(({ rule }) => rule);
};
const spoilt = (record: object) => (result: RequestResult) =>
  result.outcome === 'blocked' && result.record
    ? { ...result, record: { ...result.record, ...record } }
    : result;

test('who lets a request through is told so, whatever it tells of all that it blocks', async () => {
  expect(await found((result) => result)).toEqual(['LRT.3']);
  expect(await found(spoilt({ code: 0 }))).toEqual(['LRT.3']);
  expect(await found(spoilt({ sourceId: 0xffff }))).toEqual(['LRT.3']);
});
