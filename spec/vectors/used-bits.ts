/** What may be answered to a case of area `used-bits`, as data of a vector file. */
import * as v from 'valibot';
import { text, words } from '../schema/scalars.ts';

const ruleBits = v.strictObject({ rule: text, bits: words(8) });

export const allowedUsedBitsSchema = v.strictObject({
  used: v.strictObject({
    /** Bits that must be in `used`, rule by rule. */
    atLeast: v.array(ruleBits),
    /** Bits that may be in `used`: no other. */
    atMost: ruleBits,
    /** Bits that a driver may leave out although hardware, or the reviewed driver, looks at them. */
    mayLeaveOut: v.array(ruleBits),
  }),
  /** Only with a target. */
  safe: v.optional(v.strictObject({ atLeast: ruleBits, atMost: ruleBits })),
});
export type AllowedUsedBits = v.InferOutput<typeof allowedUsedBitsSchema>;
export type RuleBits = v.InferOutput<typeof ruleBits>;
