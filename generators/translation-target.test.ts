/** Which memory of a profile tables are put in. */
import { expect, test } from 'vitest';
import { namedProfile } from '../spec/profiles.ts';
import { translationTarget } from './translation-target.ts';

const MIB2 = 0x20_0000;
const profile = namedProfile('legacy-57');

const blocksOf = (...ranges: readonly (readonly [bigint, bigint])[]) => {
  if (profile === undefined) throw new RangeError('legacy-57');
  const backed = ranges.map(([start, end]) => ({ start, end }));
  return translationTarget({ ...profile, backed }).blocks.map((block) => block / MIB2);
};

test('tables are put in the first and the last blocks of a range, however large it is', () => {
  expect(blocksOf([0n, 1n << 52n])).toEqual([0, 1, 2, 3, ...[4, 3, 2, 1].map((back) => 2 ** 31 - back)]);
});

test('blocks are whole, and each is taken once', () => {
  const blocks = (count: number) => BigInt(count * MIB2);
  expect(blocksOf([blocks(1) - 1n, blocks(4) + 1n])).toEqual([1, 2, 3]);
  for (const count of [2, 4, 5, 7, 8]) {
    expect(blocksOf([0n, blocks(count)])).toEqual(Array.from({ length: count }, (_, block) => block));
  }
  expect(blocksOf([0n, blocks(9)])).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
  expect(blocksOf([blocks(8), blocks(10)], [0n, blocks(1)])).toEqual([8, 9, 0]);
});
