/** A virtual SMMUv3 by its IDR registers (6.3.1, 6.3.2, 6.3.6): as a case has it, and as far as a profile claims it. */
import * as v from 'valibot';
import { unsigned } from './scalars.ts';

/** What the virtual SMMU tells the guest in its IDR registers (6.3). Stage 2 and EL2 are never there. */
export const virtualSmmuSchema = v.strictObject({
  /** IDR1.SIDSIZE and SSIDSIZE. */
  streamIdBits: unsigned(32),
  substreamIdBits: unsigned(20),
  /** IDR5.OAS in bits. */
  outputBits: v.pipe(v.number(), v.integer(), v.minValue(32), v.maxValue(52)),
  /** IDR0.ATS, PRI, CD2L. */
  ats: v.boolean(),
  pri: v.boolean(),
  twoLevelDescriptors: v.boolean(),
  /** IDR0.STALL_MODEL: 0 both, 1 no stalls, 2 stalls forced. */
  stallModel: unsigned(2),
});
export type VirtualSmmu = v.InferOutput<typeof virtualSmmuSchema>;

/** The fewest bits of StreamIDs that guests are drawn for. */
const LEAST_STREAM_ID_BITS = 8;

/** What an implementation offers, and nothing else: each field that is left out may have any value. */
export const claimedSmmuSchema = v.strictObject({
  ...v.partial(virtualSmmuSchema).entries,
  streamIdBits: v.optional(v.pipe(unsigned(32), v.minValue(LEAST_STREAM_ID_BITS))),
  /** How many physical SMMUs, each with a VMID of its own, one guest can have devices behind; left out: any. */
  units: v.optional(v.pipe(unsigned(8), v.minValue(1))),
});
export type ClaimedSmmu = v.InferOutput<typeof claimedSmmuSchema>;
