import { expect, test } from 'vitest';
import { afterStore, afterWait, loadRules, noStatus, withStatus } from './status-writes.ts';

test('a status is one half of the word around it', () => {
  const low = afterWait(noStatus, 0x100n, 0xaan);
  const both = afterWait(low, 0x104n, 0xbbn);
  expect(withStatus(low, 0x100n, 0x1_0000_0002n)).toBe(0x1_0000_00aan);
  expect(withStatus(both, 0x100n, 0x1_0000_0002n)).toBe(0xbb_0000_00aan);
  expect(withStatus(both, 0x108n, 5n)).toBe(5n);
});

test('a store of software takes the place of a status in all of its words', () => {
  const writes = afterWait(afterWait(afterWait(noStatus, 0x100n, 1n), 0x10cn, 2n), 0x110n, 3n);
  expect([...afterStore(writes, 0x100n, 1).keys()]).toEqual([0x10cn, 0x110n]);
  expect([...afterStore(writes, 0x100n, 2).keys()]).toEqual([0x110n]);
  expect(afterStore(writes, 0x200n, 2)).toBe(writes);
});

test('a load decides whether a wait wrote, and which one was last', () => {
  const once = afterWait(noStatus, 0x104n, 1n);
  expect(loadRules(once, 0x100n)).toEqual(['invalidation.wait.status']);
  expect(loadRules(afterWait(once, 0x104n, 2n), 0x100n)[0]).toBe('invalidation.wait.order');
  expect(loadRules(afterWait(once, 0x104n, 2n, true), 0x100n)[0]).toBe('invalidation.wait.address-width');
  expect(loadRules(once, 0x108n)).toEqual(['invalidation.wait.no-status']);
});
