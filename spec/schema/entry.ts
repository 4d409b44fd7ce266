/** Area `entry`: the verdict on one entry, and its fields. */
import * as v from 'valibot';
import { type EntryFormat, entryFormats } from '../names.ts';
import { profileSchema } from './profile.ts';
import { faultCode, u64, words } from './scalars.ts';

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
