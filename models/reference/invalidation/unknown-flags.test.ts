/** Structures in words whose accessed and dirty flags the unit may have set: nobody knows what they say. */
import { expect, test } from 'vitest';
import {
  ask,
  at,
  cc,
  complete,
  expectationAfter,
  io,
  OLD,
  pc,
  store,
  type World,
} from './hand-made.fixture.ts';

/** The PASID whose directory entry is where the leaf of the page lies, once the directory is its table. */
const PASID_THERE = 64 * 5;
const leaf = at.first[3] as bigint;
const DIRECTORY_THERE = (leaf & ~0xfffn) | (7n << 9n) | 0x1dn;

const moved = [
  store(at.context, DIRECTORY_THERE),
  complete(cc('global'), pc('global'), io('global')),
] as const;

test.each([
  ['not set yet', OLD | 7n, 'open'],
  ['set in advance', OLD | 0x67n, 'request'],
] as const)('a directory entry in a leaf with flags that are %s', (_, word, kind) => {
  const world: World = { type: 'first-stage', words: { [`${leaf}`]: word } };
  expect(expectationAfter(world, ask(), ...moved, ask({ pasid: PASID_THERE })).kind).toBe(kind);
});
