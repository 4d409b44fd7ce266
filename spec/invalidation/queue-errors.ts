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

export const queueErrorMeanings: Readonly<Record<number, string>> = {
  [queueErrors.unknown]: 'the unit does not tell more, as older ones do not',
  [queueErrors.tail]: 'the tail is beyond the end of the queue',
  [queueErrors.fetch]: 'a descriptor could not be fetched',
  [queueErrors.type]: 'a descriptor has a type that the unit does not take',
  [queueErrors.reserved]: 'a descriptor has a reserved field set',
  [queueErrors.width]:
    'the width of the descriptors does not fit: 128 bits in scalable or abort-DMA mode, or 256 bits on a unit that has neither',
  [queueErrors.tailAlignment]:
    'the tail is not at a multiple of 256 bits, though the descriptors are so wide',
  [queueErrors.mode]: 'the table mode in RTADDR is one that the unit does not have',
};
