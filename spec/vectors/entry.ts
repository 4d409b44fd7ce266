/** What may be answered to a case of area `entry`, as data of a vector file. */
import * as v from 'valibot';
import { faultCode, text, u64 } from '../schema/scalars.ts';

export const allowedEntrySchema = v.strictObject({
  /** Fault codes that may be given; empty when the entry must be accepted. */
  faults: v.array(v.strictObject({ code: faultCode, rule: text })),
  /** The entry may be accepted; then a field that is told has this value. Left out: it must be refused. */
  valid: v.optional(
    v.strictObject({
      rule: text,
      fields: v.array(v.strictObject({ name: text, value: u64, rule: text })),
    }),
  ),
  /** What `fpd` is, when it is told. Left out: the format has none. */
  fpd: v.optional(v.strictObject({ value: v.boolean(), rule: text })),
});
export type AllowedEntry = v.InferOutput<typeof allowedEntrySchema>;
