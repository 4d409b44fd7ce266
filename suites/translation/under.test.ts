import { expect, test } from 'vitest';
import { legacy, profile, ROOT, scalable, translation, type Words } from '../../models/faulty/tables.ts';
import type { Profile, TranslationCase } from '../../spec/schema.ts';
import { underUnit } from './under.ts';

/** A translated request, host permission tables at 5000h. */
const permitted = (entry: bigint, ...words: readonly Words[]): TranslationCase =>
  translation(
    'everything',
    0x1400n,
    [ROOT, [0x2000n, 0x3025n], [0x3000n, 0x4001n], [0x4000n, entry, 0n, 0n, 0n, 0x5000n], ...words],
    { kind: 'translated' },
  );

test('a unit that cannot come as far in the walk has no such case', () => {
  const plain = scalable('second-stage-48', [
    [0x4000n, 0x5085n],
    [0x5000n, 0x81n],
  ]);
  expect(underUnit(plain, profile('legacy-48'))).toBeUndefined();
  expect(underUnit(plain, profile('first-stage-48'))).toBeUndefined();
  expect(underUnit(plain, profile('nested-48'))).toEqual({ ...plain, profile: profile('nested-48') });
});

test('without PASIDs, RID_PASID says what a request came with', () => {
  const withPasid = translation('nested-48', 0x1400n, [ROOT, [0x2000n, 0x3009n], [0x3000n, 1n]], {
    pasid: 5,
  });
  const without = translation('second-stage-no-snoop', 0x1400n, [
    ROOT,
    [0x2000n, 0x3001n, 5n],
    [0x3000n, 1n],
  ]);
  expect(underUnit(withPasid, without.profile)).toEqual(without);
});

test('a page that is larger than the unit has becomes a table with a smaller one', () => {
  const large = legacy([[0x3000n, 0x881n]]);
  const small = legacy([
    [0x3000n, 0x4001n],
    [0x4000n, 0x881n],
  ]);
  const without = profile('second-stage-no-snoop');
  expect(underUnit({ ...large, profile: profile('second-stage-48') }, without)).toEqual({
    ...small,
    profile: without,
  });
});

test('memory at the top of all addresses stays there, and bits that no address has stay as they are', () => {
  const wide: Profile = profile('everything');
  const narrow: Profile = { ...wide, haw: 46 };
  const words = (top: bigint) => permitted(0x41n, [0x5008n, top | 1n]);
  expect(underUnit(words(0xf_ffff_ff80_0000n), narrow)).toEqual({
    ...words(0x3fff_ff80_0000n),
    profile: narrow,
  });
  const reserved = { ...words(0x4000_0000_0000n), profile: narrow };
  expect(underUnit(reserved, { ...narrow, haw: 42 })?.memory).toEqual(reserved.memory);
});

test('where the tables of a PASID do not matter, its entry is of second stage if there is no other', () => {
  const unit = profile('second-stage-5.0');
  expect(underUnit(permitted(0x41n), unit)).toEqual({ ...permitted(0x85n), profile: unit });
});
