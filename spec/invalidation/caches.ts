/** The translation caches of VT-d 6.2 by name, and the translation types that their invalidation tells apart. */

export const cacheNames = [
  'context',
  'pasid',
  'iotlb',
  'first-stage',
  'combined',
  'second-stage',
  'host-permission-leaf',
  'host-permission',
] as const;
/** `combined` maps a prefix of a first-stage address to where the next table lies in host memory (6.2.5). */
export type CacheName = (typeof cacheNames)[number];

/** PGTT of a PASID table entry (9.6). */
export type PasidGranularTranslationType = 'first-stage' | 'second-stage' | 'nested' | 'pass-through';
