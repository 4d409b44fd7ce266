import { expect, test } from 'vitest';
import { ROOT, translation, type Words } from '../../models/faulty/tables.ts';
import type { TranslationCase } from '../../spec/schema.ts';
import { simplerPermissions } from './simpler-permissions.ts';

/** A translated request for `address`, and the entries on its way from the table at 5000h on. */
const permitted = (address: bigint, ...entries: readonly Words[]): TranslationCase =>
  translation(
    'everything',
    0x1400n,
    [ROOT, [0x2000n, 0x3025n], [0x3000n, 0x4001n], [0x4000n, 0x41n, 0n, 0n, 0n, 0x5000n], ...entries],
    { address, kind: 'translated' },
  );

test('an entry of host permissions comes to be the first of its table, with the address that leads to it', () => {
  const found = [...simplerPermissions(permitted(3n << 41n, [0x5038n, 0x6001n]))];
  expect(found).toContainEqual(permitted(0n, [0x5008n, 0x6001n]));
});

test('an entry takes the place of the one that leads to its table', () => {
  const [first] = simplerPermissions(permitted(0n, [0x5008n, 0x6001n], [0x6008n, 0x7001n], [0x7000n, 1n]));
  expect(first).toEqual(permitted(0n, [0x5008n, 0x7001n], [0x7000n, 1n]));
});

test('the permission of a page becomes that of the first', () => {
  const page = 5n;
  const found = [
    ...simplerPermissions(permitted(page << 30n, [0x5008n, 0x6001n], [0x6000n, 3n << (4n * page)])),
  ];
  expect(found).toContainEqual(permitted(0n, [0x5008n, 0x6001n], [0x6000n, 3n]));
});
