/** What caches that live as long as a case may answer, by their tags (6.2.1, 6.2.2.1, 6.2.3.1). */
import { describe, expect, test } from 'vitest';
import { named } from '../../models/reference/alternative.ts';
import { expectations } from '../../models/reference/translation.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile, Request, TranslationCase } from '../../spec/schema.ts';
import { FIRST_STAGE_PLAIN, PAGE_SIZE, PRESENT, READ, Tables, USER, WRITE } from './tables.fixture.ts';

const everything = namedProfile('everything') as Profile;
const FLAGS = 0x6cn;
const SECOND_STAGE = 0x89n;
const FIRST_STAGE = 0x41n;
const NESTED_WITH_FLAGS = 0x2c9n;
const SNOOPED = 0x80_0000n;
const [ONE, OTHER] = [0x8_0000n, 0x9_0000n];
const PAGE = 0x20_0000n;
const both = [{ pasid: 1 }, { pasid: 2 }] as const;

const tables = (): Tables => new Tables(everything).scalable(FLAGS, 5n);
/** How many requests something is said of. */
const judged = (testCase: TranslationCase): number =>
  expectations(testCase).filter((expected) => expected !== undefined).length;

describe('of two requests whose entries have one domain id', () => {
  const pair = (...entries: readonly (readonly bigint[])[]): number => {
    const made = tables();
    for (const [index, words] of entries.entries()) made.pasid(index + 1, ...words);
    for (const top of [ONE, OTHER]) made.map(top, 4, 0n, PAGE | FIRST_STAGE_PLAIN);
    return judged(made.asCase(...both));
  };

  test('both are judged when they share their second-stage tables', () => {
    expect(pair([SECOND_STAGE | ONE, SNOOPED | 7n], [SECOND_STAGE | ONE, SNOOPED | 7n])).toBe(2);
  });

  test('the second is free when it has other second-stage tables, or keeps flags in them', () => {
    expect(pair([SECOND_STAGE | ONE, SNOOPED | 7n], [SECOND_STAGE | OTHER, SNOOPED | 7n])).toBe(1);
    expect(pair([SECOND_STAGE | ONE, SNOOPED | 7n], [SECOND_STAGE | 0x200n | ONE, SNOOPED | 7n])).toBe(1);
  });

  test('both are judged when their PASIDs have different first stages', () => {
    expect(pair([FIRST_STAGE, SNOOPED | 7n, ONE], [FIRST_STAGE, SNOOPED | 7n, OTHER])).toBe(2);
  });
});

test('different tables are judged under different domain ids', () => {
  const made = tables()
    .pasid(1, SECOND_STAGE | ONE, 7n)
    .pasid(2, SECOND_STAGE | OTHER, 8n);
  expect(judged(made.asCase(...both))).toBe(2);
});

test('one PASID and domain id of two devices with different first stages: the second is free', () => {
  const made = tables().pasid(1, FIRST_STAGE, SNOOPED | 7n, ONE);
  // Device 00:00.1 has a directory and a PASID table of its own.
  made.set(0x2020n, 0x6000n | PRESENT | FLAGS, 5n).set(0x6000n, 0x7000n | PRESENT);
  made.set(0x7040n, FIRST_STAGE, SNOOPED | 7n, OTHER);
  expect(judged(made.asCase({ pasid: 1 }, { pasid: 1, sourceId: 1 }))).toBe(1);
});

test('one domain id of two host permission tables: the second is free', () => {
  const entry = (top: bigint): bigint[] => [FIRST_STAGE, 7n, 0n, 0n, top, 9n];
  const made = tables()
    .pasid(1, ...entry(ONE))
    .pasid(2, ...entry(OTHER));
  const translated = both.map(({ pasid }) => ({ pasid, kind: 'translated' as const, address: PAGE }));
  expect(judged(made.asCase(...translated))).toBe(1);
});

test('what a request without PASID left under RID_PASID may serve one that PASIDE refuses', () => {
  const made = new Tables(everything).scalable(4n, 0n).pasid(0, FIRST_STAGE, SNOOPED, ONE);
  made.map(ONE, 4, 0n, PAGE | FIRST_STAGE_PLAIN);
  const outcomes = (testCase: TranslationCase) =>
    expectations(testCase)
      .at(-1)
      ?.map(({ outcome }) => outcome);
  expect(outcomes(made.asCase({ pasid: 0 }))).not.toContain('translated');
  expect(outcomes(made.asCase({}, { pasid: 0 }))).toContain('translated');
});

describe('what a user request left of a fault', () => {
  const made = tables().pasid(1, SECOND_STAGE | ONE, 7n);
  const user = { pasid: 1 };
  const supervisor = { pasid: 1, privileged: true };
  const ofLast = (...requests: readonly Partial<Request>[]) =>
    named(expectations(made.asCase(...requests)).at(-1) ?? []);

  test('may refuse a supervisor request of the same PASID before SRE does', () => {
    expect(ofLast(user, supervisor)).toBe('SPT.6 or SSS.2');
  });

  test('refuses no other, and none before it', () => {
    expect(ofLast(supervisor)).toBe('SPT.6');
    expect(ofLast({ pasid: 2 }, supervisor)).toBe('SPT.6');
    expect(ofLast({ ...user, sourceId: 1 }, supervisor)).toBe('SPT.6');
    expect(ofLast(supervisor, supervisor)).toBe('SPT.6');
  });
});

test('a table whose second-stage flag can not be set may be found empty or malformed first', () => {
  const made = new Tables(everything).scalable().pasid(0, NESTED_WITH_FLAGS | ONE, 0n, OTHER);
  made.map(ONE, 4, OTHER, OTHER | READ | WRITE, { upper: READ | WRITE });
  const [expected = []] = expectations(made.asCase({}));
  expect(named(expected)).toBe('SFS.2 or SSS.5');
  made.set(OTHER, PRESENT | USER | PAGE_SIZE);
  expect(named(expectations(made.asCase({}))[0] ?? [])).toBe('SFS.3 or SSS.5');
});

test('a table whose second-stage flag can not be set leads nowhere, however right it is', () => {
  const made = new Tables(everything).scalable().pasid(0, NESTED_WITH_FLAGS | ONE, 0n, OTHER);
  const upper = READ | WRITE | 0x100n;
  made.map(ONE, 4, OTHER, OTHER | READ | WRITE, { upper });
  made.map(ONE, 4, PAGE, PAGE | upper, { upper });
  // The first stage: a table that leads to itself three times, then to the page.
  made.set(OTHER, OTHER | FIRST_STAGE_PLAIN | 0x20n, PAGE | FIRST_STAGE_PLAIN | 0x20n);
  expect(named(expectations(made.asCase({ address: 0x1000n }))[0] ?? [])).toBe('SSS.5');
});
