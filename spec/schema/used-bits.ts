/** Area `used-bits`: the bits of an entry that hardware looks at, and those that are safe to change. */
import * as v from 'valibot';
import { usedBitsFormats } from '../names.ts';
import { profileSchema } from './profile.ts';
import { words } from './scalars.ts';

export const usedBitsCaseSchema = v.strictObject({
  area: v.literal('used-bits'),
  profile: profileSchema,
  format: v.picklist(usedBitsFormats),
  entry: words(8),
  /** When given, the bits that are safe to change between `entry` and `target` are asked for too. */
  target: v.optional(words(8)),
});
export type UsedBitsCase = v.InferOutput<typeof usedBitsCaseSchema>;

export const usedBitsObservationSchema = v.strictObject({
  used: words(8),
  safe: v.optional(words(8)),
});
export type UsedBitsObservation = v.InferOutput<typeof usedBitsObservationSchema>;
