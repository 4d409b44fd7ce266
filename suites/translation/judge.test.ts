/** What the judge lets pass and what it does not: right answers, each spoilt in one place. */
import { describe, expect, test } from 'vitest';
import { reference } from '../../models/reference/implementation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type {
  Profile,
  Request,
  RequestResult,
  TranslationCase,
  TranslationObservation,
} from '../../spec/schema.ts';
import { judgeTranslation } from './judge.ts';
import { FIRST_STAGE_PLAIN, Tables } from './tables.fixture.ts';

const everything = namedProfile('everything') as Profile;
const FIRST_STAGE = 0x41n;
const SNOOPED = 0x80_0000n;
const TOP = 0x8_0000n;
const DATA = 0x20_0000n;
const DEVICE_TLB_AND_PASIDS = 0xcn;
const PASID = 7;

const firstStage = (leaf: bigint, request: Partial<Request>, address = 0n): TranslationCase => {
  const tables = new Tables(everything)
    .scalable(DEVICE_TLB_AND_PASIDS, 1n)
    .pasid(PASID, FIRST_STAGE, SNOOPED, TOP);
  tables.map(TOP, 4, address, leaf);
  return tables.asCase({ pasid: PASID, address, ...request });
};
const write = firstStage(DATA | FIRST_STAGE_PLAIN, { op: 'write' });
const read = firstStage(DATA | FIRST_STAGE_PLAIN, { op: 'read' });
const absent = firstStage(DATA, { op: 'read' });
const asked = firstStage(DATA | FIRST_STAGE_PLAIN, { kind: 'translation' });
const askedAbsent = firstStage(DATA, { kind: 'translation' });
/** Beyond 30 bits, for which AW=0 once stood. */
const high = firstStage(DATA | FIRST_STAGE_PLAIN, { op: 'read' }, 1n << 30n);
const highAbsent = firstStage(DATA, { kind: 'translation' }, 1n << 30n);
const refused = firstStage(DATA | FIRST_STAGE_PLAIN, { kind: 'translation', pasid: 1 });

const rightAnswer = (testCase: TranslationCase) => reference.run(testCase) as TranslationObservation;
const breaches = (testCase: TranslationCase, observation: TranslationObservation): readonly string[] =>
  judgeTranslation(testCase, observation).mismatches.map(({ rule, aspect }) => `${rule} ${aspect}`);
const withResult = (testCase: TranslationCase, change: Partial<RequestResult>): readonly string[] => {
  const { results, memory = [] } = rightAnswer(testCase);
  return breaches(testCase, { results: [{ ...results[0], ...change } as RequestResult], memory });
};
type Words = NonNullable<TranslationObservation['memory']>;
const withMemory = (testCase: TranslationCase, change: (memory: Words) => Words): readonly string[] => {
  const { results, memory = [] } = rightAnswer(testCase);
  return breaches(testCase, { results, memory: change(memory) });
};

test('right answers pass, also without what was not observed', () => {
  for (const testCase of [write, read, absent, asked, askedAbsent, refused]) {
    const observation = rightAnswer(testCase);
    expect(breaches(testCase, observation)).toEqual([]);
    const outcomes = observation.results.map(({ outcome }) => ({ outcome }) as RequestResult);
    expect(breaches(testCase, { results: outcomes })).toEqual([]);
    expect(breaches(testCase, { results: [{ outcome: 'unobserved' }] })).toEqual([]);
  }
});

test.each([
  ['another address', write, { address: DATA + 8n }, 'translation.pasid address'],
  ['too large a page', write, { pageBits: 21 }, 'translation.page-size address'],
  ['another right', write, { write: false }, 'translation.permission permission'],
  ['a block', write, { outcome: 'blocked' }, 'translation.pasid outcome'],
  ['another code', absent, { code: 0x81 }, 'SFS.2 code'],
  ['the code of an address that is not canonical', absent, { code: 0x80 }, 'SGN.1 code'],
  [
    'a block of what AW would not let through',
    high,
    { outcome: 'blocked' },
    'translation.ignored.first-stage.address-width outcome',
  ],
  [
    'the code of such an address where nothing refuses it',
    read,
    { outcome: 'blocked', code: 0x80 },
    'translation.pasid outcome',
  ],
  ['the code of a check of PASIDs that was passed', absent, { code: 0x46 }, 'SCT.7 code'],
  ['such a block of what nothing refuses', read, { outcome: 'blocked', code: 0x46 }, 'SCT.7 outcome'],
  ['the code of a check that comes later', refused, { code: 0x5d }, 'SCT.9 code'],
  ['no record', absent, { record: null }, 'translation.record.made record'],
  [
    'the page of another answer',
    asked,
    { address: DATA + 0x1000n },
    'translation.translation-request.rights address',
  ],
  ['more rights', askedAbsent, { read: true }, 'SFS.2 permission'],
  ['more rights, whatever AW would not let through', highAbsent, { read: true }, 'SFS.2 permission'],
  ['less rights', asked, { write: false }, 'translation.translation-request.rights permission'],
  ['U', asked, { user: true }, 'translation.translation-request.untranslated-only outcome'],
  ['PRIV', asked, { privileged: true }, 'translation.translation-request.privileged outcome'],
  ['N', asked, { nonSnooped: true }, 'translation.translation-request.non-snooped outcome'],
  ['a record of a success', askedAbsent, { record: { code: 0x71 } }, 'translation.record.recoverable record'],
  ['another status', refused, { status: 'CA' }, 'SCT.9 outcome'],
  ['the PASID of another', refused, { record: { code: 0x48, pasid: 2 } }, 'translation.record.pasid record'],
] as const)('%s is a breach', (_what, testCase, change, breach) => {
  expect(withResult(testCase, change as Partial<RequestResult>)).toEqual([breach]);
});

test('a request that was wrongly let through explains the flags that it set', () => {
  const entries = absent.memory.filter(({ address }) => address >= TOP);
  const memory = entries.map(({ address, words }) => ({ address, value: (words[0] as bigint) | 0x60n }));
  const results: RequestResult[] = [{ outcome: 'translated', address: DATA }];
  expect(breaches(absent, { results, memory })).toEqual(['SFS.2 outcome']);
});

test('a completion may give the page or the byte', () => {
  expect(withResult(asked, { address: DATA + 8n })).toEqual([]);
});

describe('flags', () => {
  const DIRTY = 0x40n;
  const leafOf = (words: Words) => words.find(({ value }) => (value & ~0xfffn) === DATA);

  test('that must be set', () => {
    expect(withMemory(read, (words) => words.slice(1))).toEqual([
      'translation.flags.first-stage.accessed memory',
    ]);
    expect(
      withMemory(write, (words) => words.map((word) => ({ ...word, value: word.value & ~DIRTY }))),
    ).toEqual(['translation.flags.first-stage.dirty memory']);
  });

  test('that may be set early: A of a request that faults, but no D and nothing else', () => {
    const upper = (value: bigint): Words => {
      const top = absent.memory.find(({ address }) => address === TOP);
      return [{ address: TOP, value: (top?.words[0] ?? 0n) | value }];
    };
    expect(withMemory(absent, () => upper(0x20n))).toEqual([]);
    expect(withMemory(absent, () => upper(0x60n))).toEqual(['translation.flags.nothing-else memory']);
    expect(withMemory(absent, () => upper(0x400n))).toEqual(['translation.flags.nothing-else memory']);
    expect(withMemory(absent, () => [{ address: 0x7000n, value: 1n }])).toEqual([
      'translation.flags.nothing-else memory',
    ]);
  });

  test('that a read leaves alone, and bits that are never cleared', () => {
    const dirty = (words: Words): Words =>
      words.map((word) => (word === leafOf(words) ? { ...word, value: word.value | DIRTY } : word));
    expect(withMemory(read, dirty)).toEqual(['translation.flags.nothing-else memory']);
    const cleared = (words: Words): Words =>
      words.map((word) => (word === leafOf(words) ? { ...word, value: word.value & ~1n } : word));
    expect(withMemory(read, cleared)).toEqual(['translation.flags.nothing-else memory']);
  });
});

test('a translated request to FEEx may be refused by its address once FPD of the context entry is known (4.2.5)', () => {
  const request = { sourceId: 0, address: 0xfee0_0000n, op: 'read', kind: 'translated' } as const;
  const contextWithPermissionsAndNoFaults = 0x3027n;
  const testCase: TranslationCase = {
    area: 'translation',
    profile: everything,
    rtaddr: 0x1400n,
    memory: [
      { address: 0x1000n, words: [0x2001n] },
      { address: 0x2000n, words: [contextWithPermissionsAndNoFaults] },
      { address: 0x3000n, words: [0x4001n] },
    ],
    requests: [request],
  };
  const refused = { outcome: 'blocked', status: 'UR', code: 0x87, record: null } as const;
  expect(judgeTranslation(testCase, { results: [refused] }).mismatches).toEqual([]);
});
