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
import { mayName } from './look.ts';
import { translationSuite } from './suite.ts';
import { Tables } from './tables.fixture.ts';

const everything = namedProfile('everything') as Profile;
const PASS_THROUGH = 0x9n;
const RESERVED = 0x4n;

test('what is told of faults is no name for what is let through, nor the other way round', () => {
  const breach = (rule: string, aspect: Mismatch['aspect'], observed: string): Mismatch => ({
    ...{ rule, aspect, observed },
    expected: '',
  });
  const letThrough = breach('LRT.3', 'outcome', 'translated to 0x0');
  const wrongWay = breach('LRT.3', 'code', 'blocked with 0x2');
  const noCode = breach('LRT.2', 'code', 'blocked with 0x0');
  const source = breach('translation.record.source-id', 'record', '0x0');
  const missing = breach('translation.record.made', 'record', 'no record');
  const names = (other: Mismatch) =>
    [letThrough, wrongWay, noCode, source, missing].map((one) => Number(mayName(other, one))).join('');
  expect([letThrough, wrongWay].map(names)).toEqual(['11001', '11001']);
  expect([noCode, source, missing].map(names)).toEqual(['00111', '00111', '00111']);
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
  expect(await found(spoilt({ code: 0 }))).toEqual(['LRT.3']);
});
