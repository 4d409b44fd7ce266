/**
 * Names that cases, profiles and command lines are made of, and sizes that go with them. Apart from the schemas
 * that use them: a command that only draws starts without the schema library.
 */

/** One kind of case each. */
export const areas = [
  'entry',
  'used-bits',
  'entry-sync',
  'translation',
  'page-walk',
  'invalidation',
  'binding',
  'domain-replace',
  'smmu-nesting',
] as const;
export type Area = (typeof areas)[number];

/** Formats with their size in 64-bit words. A scalable root entry is two independent halves (9.2). */
export const entryFormats = {
  'root-legacy': 2,
  'root-scalable-lower': 2,
  'root-scalable-upper': 2,
  'context-legacy': 2,
  'context-scalable': 4,
  'pasid-directory': 1,
  'pasid-table': 8,
} as const;
export type EntryFormat = keyof typeof entryFormats;

/** Formats of area `used-bits`: eight words each. */
export const usedBitsFormats = ['vtd-pasid', 'smmu-ste', 'smmu-cd'] as const;
export type UsedBitsFormat = (typeof usedBitsFormats)[number];

/** Of the VT-d architecture. */
export const specRevisions = ['3.1', '3.4', '4.1', '5.0', '5.10'] as const;
