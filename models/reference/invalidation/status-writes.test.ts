import { expect, test } from 'vitest';
import {
  afterStore,
  afterWait,
  loadRules,
  noStatus,
  type StatusWrites,
  settled,
  withStatus,
  wordsWithStatus,
} from './status-writes.ts';

const open = { isBeyond: false, isFence: false };
const fence = { isBeyond: false, isFence: true };

/** Statuses that were written to 0x100, the unit not being at rest between them. */
const written = (...statuses: readonly (readonly [bigint, typeof open])[]): StatusWrites =>
  statuses.reduce((writes, [data, kind]) => afterWait(writes, 0x100n, data, kind), noStatus);

test('a status is one half of the word around it', () => {
  const low = written([0xaan, open]);
  const both = afterWait(low, 0x104n, 0xbbn, open);
  expect(withStatus(low, 0x100n, 0x1_0000_0002n)).toBe(0x1_0000_00aan);
  expect(withStatus(both, 0x100n, 0x1_0000_0002n)).toBe(0xbb_0000_00aan);
  expect(withStatus(both, 0x108n, 5n)).toBe(5n);
});

test('a store of software takes the place of a status in all of its words', () => {
  const writes = afterWait(afterWait(written([1n, open]), 0x10cn, 2n, open), 0x110n, 3n, open);
  expect([...afterStore(writes, 0x100n, 1).keys()]).toEqual([0x10cn, 0x110n]);
  expect([...afterStore(writes, 0x100n, 2).keys()]).toEqual([0x110n]);
  expect(afterStore(writes, 0x200n, 2)).toBe(writes);
});

test.each([
  [
    'behind a fence the last status stays',
    [
      [1n, fence],
      [2n, open],
    ],
    [2n],
  ],
  [
    'a wait without fence may complete later',
    [
      [1n, open],
      [2n, open],
    ],
    [2n, 1n],
  ],
  [
    'a fence keeps waiting only what is behind it',
    [
      [1n, open],
      [2n, fence],
      [3n, open],
    ],
    [3n, 1n],
  ],
  [
    'what is written twice counts once',
    [
      [1n, open],
      [1n, open],
      [2n, open],
    ],
    [2n, 1n],
  ],
] as const)('%s', (_, statuses, words) => {
  expect(wordsWithStatus(written(...statuses), 0x100n, 0n)).toEqual(words);
});

test('each half of a word may hold an early or a late status', () => {
  const halves = [
    [1n, 0x100n],
    [2n, 0x100n],
    [3n, 0x104n],
    [4n, 0x104n],
  ] as const;
  const writes = halves.reduce((all, [data, at]) => afterWait(all, at, data, open), noStatus);
  expect(wordsWithStatus(writes, 0x100n, 0n)).toEqual([
    0x4_0000_0002n,
    0x4_0000_0001n,
    0x3_0000_0002n,
    0x3_0000_0001n,
  ]);
});

test('a wait that was accepted after the unit was at rest is the last one', () => {
  const writes = afterWait(settled(written([1n, open], [2n, open])), 0x100n, 3n, open);
  expect(wordsWithStatus(writes, 0x100n, 0n)).toEqual([3n]);
});

test('a load decides whether a wait wrote, and which one was last', () => {
  const once = written([1n, fence]);
  expect(loadRules(once, 0x100n)).toEqual(['invalidation.wait.status']);
  expect(loadRules(written([1n, fence], [2n, open]), 0x100n)[0]).toBe('invalidation.wait.order');
  expect(loadRules(written([1n, open], [2n, open]), 0x100n)).toEqual(['invalidation.wait.status']);
  const beyond = { isBeyond: true, isFence: true };
  expect(loadRules(afterWait(once, 0x100n, 2n, beyond), 0x100n)[0]).toBe('invalidation.wait.address-width');
  expect(loadRules(once, 0x108n)).toEqual(['invalidation.wait.no-status']);
});
