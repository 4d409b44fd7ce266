/** Correct variants of area `invalidation`: units with other caches, that use the freedom of VT-d 6 otherwise. */
import { cachingUnit } from '../../optimized/invalidation/caching-unit.ts';
import {
  type CacheGeometry,
  type CacheKind,
  type CachingConfiguration,
  cacheKinds,
  defaultConfiguration,
} from '../../optimized/invalidation/configuration.ts';
import { type CorrectVariant, variantOfArea } from '../correct-variant.ts';

type Caches = CachingConfiguration['caches'];

const large: CacheGeometry = { sets: 64, ways: 8 };

const only = (...kinds: readonly CacheKind[]): Caches =>
  Object.fromEntries(kinds.map((kind) => [kind, large]));
const allOf = (geometry: CacheGeometry): Caches =>
  Object.fromEntries(cacheKinds.map((kind) => [kind, geometry]));

/** Keeps what it can for as long as it may. */
export const keepsEverything: CachingConfiguration = {
  ...defaultConfiguration,
  caches: allOf(large),
  pasidInvalidation: 'drop',
};

/** The unit that keeps everything, with a few things changed. */
const unit = (
  id: string,
  does: string,
  clause: string,
  changes: Partial<CachingConfiguration>,
): CorrectVariant => {
  const { run } = cachingUnit({ ...keepsEverything, ...changes });
  return {
    id,
    areas: ['invalidation'],
    does,
    clause,
    open: async () => variantOfArea(id, 'invalidation', run),
  };
};

export const invalidationVariants: readonly CorrectVariant[] = [
  unit('no-caches', 'Has no caches.', '6.2.4, 6.2.5', { caches: {} }),
  unit('large-caches', 'Has caches in which everything has room.', '6.2', {}),
  unit('huge-caches', 'Has caches that never evict, in one set.', '6.2', {
    caches: allOf({ sets: 1, ways: 1024 }),
  }),
  unit('one-entry-caches', 'Has caches of one entry.', '6.2.4: it may evict any entry at any time', {
    caches: allOf({ sets: 1, ways: 1 }),
  }),
  unit('iotlb-alone', 'Has an IOTLB and no other cache.', '6.2.5', { caches: only('iotlb') }),
  unit('structure-caches-alone', 'Has caches of paging structures and no others.', '6.2.4', {
    caches: only('firstStage', 'combined', 'secondStage', 'hostPermission'),
  }),
  unit('entry-caches-alone', 'Has a context cache and a PASID cache and no others.', '6.2.4, 6.2.5', {
    caches: only('context', 'pasid'),
  }),
  unit('fractured-entries', 'Holds 4 KiB of a large page, and no pass-through.', '6.2.4.1, 6.5.3.2', {
    largePages: 'fractured',
    passThrough: false,
  }),
  unit('refusing-mappings', 'Refuses what a held mapping has no right for.', '6.2.4.1', {
    missingRights: 'refuse',
  }),
  unit('shared-requester-pasid', 'Serves requests with PASID by mappings of RID_PASID.', '6.2.1', {
    sharesRequesterPasid: true,
  }),
  unit(
    'prefetches-known',
    'Fetches again what was asked for, before all stores and descriptors.',
    '6.2.4, 6.2.5',
    {
      prefetches: 'known',
    },
  ),
  unit('prefetches-everything', 'Fetches before each step all that is ever asked for.', '6.2.4, 6.2.5', {
    prefetches: 'everything',
  }),
  unit(
    'prefetches-into-one-entry',
    'Fetches before each step all that is ever asked for, into caches of four entries.',
    '6.2.4, 6.2.5',
    { prefetches: 'everything', caches: allOf({ sets: 1, ways: 4 }) },
  ),
  unit('no-cached-faults', 'Holds no faults where CM is 1.', '6.1', { faults: false }),
  unit('domain-invalidations', 'Invalidates domains at least.', '6.5.2: coarser is permitted', {
    granularity: 'domain',
  }),
  unit('global-invalidations', 'Empties a cache whatever it is to drop.', '6.5.2: coarser is permitted', {
    granularity: 'global',
  }),
  unit('synchronized-pasid-cache', 'Reads PASID entries again instead of dropping them.', '6.5.2.2', {
    pasidInvalidation: 'synchronize',
  }),
  unit('late-invalidations', 'Executes invalidations when a wait needs it.', '6.5.2.9', {
    execution: 'at-wait',
  }),
  unit(
    'reordered-invalidations',
    'Executes invalidations from the last to the first, one before each request, or when a wait needs it.',
    '6.5.2.12',
    { execution: 'one-by-one' },
  ),
  unit(
    'reordered-prefetches',
    'Executes invalidations from the last to the first, and fetches all that is ever asked for between them.',
    '6.5.2.12',
    { execution: 'one-by-one', prefetches: 'everything' },
  ),
  unit('stores-before', 'Sees stores during a request before it.', '7.1', { during: 'before' }),
  unit('stores-after', 'Sees stores during a request after it.', '7.1', { during: 'after' }),
  unit('descending-pieces', 'Reads entries from their end.', '7.1, doubt D10', { pieces: 'descending' }),
  unit('shuffled-pieces', 'Reads the pieces of each entry in another order.', '7.1, doubt D10', {
    pieces: 'shuffled',
  }),
];
