import { expect, test } from 'vitest';
import { unit } from './hand-made.ts';
import type { Met } from './met-entries.ts';
import { apart } from './scene-apart.ts';
import { sceneTables } from './scene-tables.ts';

const nested = (name: string, deep: number) => {
  const shape = { type: 'nested', deep, elsewhere: false, kinds: 'untranslated' } as const;
  const tables = sceneTables(unit(name), true, shape, { sourceId: 0, pasid: undefined, did: 0n });
  if (tables === undefined) throw new RangeError(`${name} has no such tables`);
  return tables;
};
const second = (level: number, isPage: boolean, word: bigint): Met => ({
  stage: 'second',
  level,
  isPage,
  word,
});
const first = (level: number, isPage: boolean, word: bigint): Met => ({
  stage: 'first',
  level,
  isPage,
  word,
});
/** Tables are read through a page that can be read only; the page lies behind a table that can be written only. */
const met: readonly Met[] = [
  second(3, true, 0x81n),
  first(4, false, 0x7025n),
  ...[second(4, false, 0x5003n), second(3, true, 0x181n)],
  first(3, true, 0x4000_00e7n),
  ...[second(4, false, 0x5002n), second(3, true, 0x4000_0383n)],
];

test('the page lies behind another one of second stage, and each has the rights that its way leaves', () => {
  const tables = nested('nested-48', 0);
  const made = apart(tables, met);
  const at = (part: 'leaf' | 'second-leaf') =>
    made?.memory.find(({ address }) => address === tables.places.get(part))?.words;
  // No table of first stage lets it be written.
  expect(at('leaf')).toEqual([0x4000_00e5n]);
  expect(at('second-leaf')).toEqual([0x181n, 0x4000_0382n]);
});

test('pages of 4 KiB hold the tables one by one, and the page comes behind', () => {
  const tables = nested('nested-48', 2);
  const small = { ...tables, secondPageBytes: 0x1000n };
  const words = apart(small, met)?.memory.find(
    ({ address }) => address === tables.places.get('second-leaf'),
  )?.words;
  expect(words).toHaveLength(Number(tables.end >> 12n) + 1);
  expect(words?.at(-1)).toBe(tables.end | (words![0]! & 0x80n) | 0x302n);
});

test('a walk that ends before its page has none', () => {
  expect(apart(nested('nested-48', 0), met.slice(0, 4))).toBeUndefined();
  expect(apart(nested('nested-48', 0), met.slice(0, 5))).toBeUndefined();
});
