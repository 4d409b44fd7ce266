/**
 * The shape of a caching unit: which caches it has and how it uses the freedom that VT-d 6 leaves. Every
 * configuration is a permitted unit.
 */

export interface CacheGeometry {
  /** A power of two. */
  readonly sets: number;
  readonly ways: number;
}

export const cacheKinds = [
  'context',
  'pasid',
  'iotlb',
  'firstStage',
  'combined',
  'secondStage',
  'hostPermissionLeaf',
  'hostPermission',
] as const;
export type CacheKind = (typeof cacheKinds)[number];

export interface CachingConfiguration {
  /** Caches that are left out do not exist: all are optional (6.2.4, 6.2.5). */
  readonly caches: Readonly<Partial<Record<CacheKind, CacheGeometry>>>;
  /** Whether the IOTLB holds a large page as one entry or 4 KiB of it (6.2.4.1). */
  readonly largePages: 'whole' | 'fractured';
  /** Whether the IOTLB holds pass-through mappings. */
  readonly passThrough: boolean;
  /** What becomes of a request for which a held mapping lacks a right: the tables are asked, or it is refused. */
  readonly missingRights: 'walk' | 'refuse';
  /** Whether requests with PASID are served by what those without left under RID_PASID (6.2.1, Table 17). */
  readonly sharesRequesterPasid: boolean;
  /**
   * Requests that the unit walks for on its own, right before stores and descriptors: none, those that were made, or
   * before every step those of the whole stream, as reads.
   */
  readonly prefetches: 'nothing' | 'known' | 'everything';
  /** Whether faults are held where CAP.CM allows it (6.1). */
  readonly faults: boolean;
  /**
   * When the queue's invalidations are executed: as they are fetched, when a wait needs them done, or one before each
   * request, the last first of those that need not be behind another one (6.5.2.12).
   */
  readonly execution: 'at-once' | 'at-wait' | 'one-by-one';
  /** The finest granularity that the unit has; what is asked for at a finer one is done at this (6.5.2). */
  readonly granularity: 'page' | 'domain' | 'global';
  /** Whether a PASID-cache invalidation drops entries, or reads them again and adds those of known requesters. */
  readonly pasidInvalidation: 'drop' | 'synchronize';
  /** Where stores fall that happen while a request is under way, `between`: after each 128 bits read (7.1). */
  readonly during: 'before' | 'between' | 'after';
  /** Order in which the 128-bit pieces of an entry are read; `shuffled`: another one for each entry. */
  readonly pieces: 'ascending' | 'descending' | 'shuffled';
}

const small: CacheGeometry = { sets: 4, ways: 2 };

/** Small caches, so that entries are kept as well as evicted. */
export const defaultConfiguration: CachingConfiguration = {
  caches: {
    context: { sets: 2, ways: 2 },
    pasid: small,
    iotlb: { sets: 8, ways: 2 },
    firstStage: small,
    combined: small,
    secondStage: small,
    hostPermissionLeaf: small,
    hostPermission: small,
  },
  largePages: 'whole',
  passThrough: true,
  missingRights: 'walk',
  sharesRequesterPasid: false,
  prefetches: 'nothing',
  faults: true,
  execution: 'at-once',
  granularity: 'page',
  pasidInvalidation: 'synchronize',
  during: 'between',
  pieces: 'ascending',
};
