/** Caching units of many shapes, all of them permitted: none may ever be blamed. */
import { cachingUnit } from '../../models/optimized/invalidation/caching-unit.ts';
import {
  type CacheGeometry,
  type CacheKind,
  type CachingConfiguration,
  cacheKinds,
  defaultConfiguration,
} from '../../models/optimized/invalidation/configuration.ts';

const large: CacheGeometry = { sets: 64, ways: 8 };

const only = (...kinds: readonly CacheKind[]): CachingConfiguration['caches'] =>
  Object.fromEntries(kinds.map((kind) => [kind, large]));

/** Keeps what it can for as long as it may. */
export const keepsEverything: CachingConfiguration = {
  ...defaultConfiguration,
  caches: only(...cacheKinds),
  pasidInvalidation: 'drop',
};

const configurations: Readonly<Record<string, CachingConfiguration>> = {
  'small caches': defaultConfiguration,
  'no caches': { ...defaultConfiguration, caches: {} },
  'large caches': keepsEverything,
  'large caches that invalidate when a wait needs it': { ...keepsEverything, execution: 'at-wait' },
  'caches that are emptied by every invalidation': { ...keepsEverything, granularity: 'global' },
  'caches that invalidate whole domains': { ...keepsEverything, granularity: 'domain' },
  'large pages in pieces': { ...keepsEverything, largePages: 'fractured', passThrough: false },
  'a PASID-cache that is synchronised': { ...keepsEverything, pasidInvalidation: 'synchronize' },
  'an IOTLB alone': { ...keepsEverything, caches: only('iotlb') },
  'structure caches alone': { ...keepsEverything, caches: only('firstStage', 'combined', 'secondStage') },
  'context and PASID-cache alone': { ...keepsEverything, caches: only('context', 'pasid') },
  'mappings that refuse what they have no right for': { ...keepsEverything, missingRights: 'refuse' },
  'mappings of RID_PASID that serve requests with PASID': { ...keepsEverything, sharesRequesterPasid: true },
  'what it fetches on its own': { ...keepsEverything, prefetches: true },
  'no faults in its caches': { ...keepsEverything, faults: false },
  'changes that are seen before a request': { ...keepsEverything, during: 'before' },
  'changes that are seen after a request': { ...keepsEverything, during: 'after' },
  'entries that are read from their end': { ...keepsEverything, pieces: 'descending' },
};

export const permittedUnits = Object.entries(configurations).map(([name, configuration]) => ({
  name,
  unit: cachingUnit(configuration),
}));
