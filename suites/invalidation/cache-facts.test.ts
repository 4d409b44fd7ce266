/** What answers show of the caches: only where memory and a cache would have answered differently. */
import { expect, test } from 'vitest';
import { translated } from '../../models/reference/alternative.ts';
import type { CachedEntry, RequestOption } from '../../models/reference/invalidation/expectation.ts';
import type { Request } from '../../spec/schema.ts';
import { CacheFacts, nameOf } from './cache-facts.ts';

const request: Request = { sourceId: 8, address: 0x7000n, op: 'read' };
const page: CachedEntry = {
  cache: 'iotlb',
  pageBits: 12,
  pgtt: 'second-stage',
  faulting: false,
  filledBefore: 1,
  spared: [],
};
const option = (address: bigint, ...entries: readonly CachedEntry[]): RequestOption => ({
  way: 0,
  answer: translated({ rules: [], address, pageBits: 12, read: true, write: true }),
  witness: entries.length === 0 ? undefined : { entries },
});
const fresh = option(0x1000n);
const stale = option(0x2000n, page);
const KEPT = 'second-stage IOTLB entry of 4 KiB is kept';

test('entries are named by cache, type and size', () => {
  expect(nameOf(page)).toBe('second-stage IOTLB entry of 4 KiB');
  expect(nameOf({ ...page, pgtt: undefined, pageBits: 30 })).toBe('legacy IOTLB entry of 1 GiB');
  expect(nameOf({ ...page, cache: 'context', pageBits: undefined, faulting: true })).toBe(
    'faulting context entry',
  );
  expect(nameOf({ ...page, cache: 'first-stage', pageBits: 21 })).toBe(
    'first-stage structure entry of 2 MiB',
  );
});

test('a stale answer shows that an entry is kept, a fresh one that it is not', () => {
  const caches = new CacheFacts();
  caches.add(3, request, [fresh, stale], [stale]);
  caches.add(4, request, [fresh, stale], [fresh]);
  expect(caches.facts()).toEqual([
    { fact: KEPT, seen: true },
    { fact: KEPT, seen: false },
  ]);
});

test('an answer that both would give shows nothing, and neither does a request that nothing stale can answer', () => {
  const caches = new CacheFacts();
  caches.add(3, request, [fresh, stale], [fresh, stale]);
  caches.add(4, request, [fresh], [fresh]);
  expect(caches.facts()).toEqual([]);
});

test('of two entries that explain an answer neither is said to be kept', () => {
  const pasid: CachedEntry = { ...page, cache: 'pasid', pageBits: undefined };
  const other = option(0x2000n, pasid);
  const caches = new CacheFacts();
  caches.add(3, request, [fresh, stale, other], [stale, other]);
  expect(caches.facts()).toEqual([]);
  caches.add(4, request, [fresh, stale, option(0x3000n, pasid)], [stale]);
  expect(caches.facts()).toEqual([
    { fact: KEPT, seen: true },
    { fact: 'second-stage PASID-cache entry is kept', seen: false },
  ]);
});

test('an entry that outlives an invalidation is a fact of its own', () => {
  const spared = option(0x2000n, { ...page, spared: ['invalidation.match.pasid.other-caches'] });
  const caches = new CacheFacts();
  caches.add(3, request, [fresh, spared], [spared]);
  expect(caches.facts()).toContainEqual({ fact: `${KEPT} over match.pasid.other-caches`, seen: true });
});

test('entries are held at once when the later one seen was filled before the earlier one was seen', () => {
  const other: Request = { ...request, address: 0x8000n };
  const late = option(0x2000n, { ...page, filledBefore: 5 });
  const together = { fact: '2 or more stale IOTLB entries are held at once', seen: true };
  const caches = new CacheFacts();
  caches.add(3, request, [fresh, stale], [stale]);
  caches.add(6, other, [fresh, stale, late], [late]);
  expect(caches.facts()).toContainEqual({ ...together, seen: false });
  caches.add(7, other, [fresh, stale], [stale]);
  expect(caches.facts()).toContainEqual(together);
});
