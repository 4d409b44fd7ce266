/** Area `entry`: the verdict on one entry, and its fields. */
import * as v from 'valibot';
import { profileSchema } from './profile.ts';
import { faultCode, u64, words } from './scalars.ts';

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
const entryFormatNames = Object.keys(entryFormats) as [EntryFormat, ...EntryFormat[]];

export const entryCaseSchema = v.strictObject({
  area: v.literal('entry'),
  profile: profileSchema,
  format: v.picklist(entryFormatNames),
  words: words(1, 8),
});
export type EntryCase = v.InferOutput<typeof entryCaseSchema>;

/** The verdict on one entry. `fault` is the fault code, null when the entry is valid. */
export const entryObservationSchema = v.strictObject({
  fault: v.nullable(faultCode),
  /** Fault processing disable of this entry alone, evaluated even when the entry is not present. */
  fpd: v.optional(v.boolean()),
  /** Decoded fields of a valid entry by name; fields that were not decoded may be left out. */
  fields: v.optional(v.record(v.string(), u64)),
});
export type EntryObservation = v.InferOutput<typeof entryObservationSchema>;
