/** What IQERCD.IQEI says of an invalidation queue error (VT-d 11.4.9.9). */

export const queueErrors = {
  /** Older hardware does not say more; allowed for every error. */
  unknown: 0,
  tail: 1,
  fetch: 2,
  type: 3,
  reserved: 4,
  width: 5,
  tailAlignment: 6,
  mode: 7,
} as const;
