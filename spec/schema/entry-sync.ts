/** Area `entry-sync`: the stores and syncs that turn one entry into another while hardware looks. */
import * as v from 'valibot';
import { profileSchema } from './profile.ts';
import { unsigned, words } from './scalars.ts';

/** A made-up format: `modes[m]` is the used mask when the mode field holds m and the entry is valid. */
export const syntheticLayoutSchema = v.strictObject({
  /** Words of 64 bits per quantum: 1 or 2. */
  quantumWords: v.picklist([1, 2]),
  quanta: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(8)),
  /** The word and bit that hold V. */
  valid: v.strictObject({ word: unsigned(15), bit: unsigned(63) }),
  /** The mode field, in the same word as V, always used when the entry is valid. */
  mode: v.strictObject({ low: unsigned(63), width: unsigned(3) }),
  modes: v.pipe(v.array(words(2, 16)), v.minLength(1), v.maxLength(8)),
  /** Bits that may change at any time when both entries use them. */
  safe: words(2, 16),
});
export type SyntheticLayout = v.InferOutput<typeof syntheticLayoutSchema>;

export const entrySyncFormats = ['vtd-pasid', 'smmu-ste', 'smmu-cd', 'amd-dte', 'synthetic'] as const;
export type EntrySyncFormat = (typeof entrySyncFormats)[number];

export const entrySyncCaseSchema = v.strictObject({
  area: v.literal('entry-sync'),
  profile: profileSchema,
  format: v.picklist(entrySyncFormats),
  /** Only with format `synthetic`. */
  layout: v.optional(syntheticLayoutSchema),
  /** The entry in memory, and the entry to be written. */
  from: words(2, 16),
  to: words(2, 16),
});
export type EntrySyncCase = v.InferOutput<typeof entrySyncCaseSchema>;

/** What a sync did. Everything else than what review settled is a finding. */
export const syncActions = [
  'flush-entry',
  'invalidate-pasid-cache',
  'invalidate-context-cache',
  'invalidate-iotlb',
  'invalidate-device-tlb',
  'cfgi-ste',
  'cfgi-cd',
  'flush-dte',
  'wait',
] as const;
export type SyncAction = (typeof syncActions)[number];

export const traceEventSchema = v.variant('op', [
  v.strictObject({ op: v.literal('store'), quantum: unsigned(7), value: words(1, 2) }),
  v.strictObject({ op: v.literal('sync'), actions: v.optional(v.array(v.picklist(syncActions))) }),
]);
export type TraceEvent = v.InferOutput<typeof traceEventSchema>;

export const entrySyncObservationSchema = v.strictObject({
  trace: v.pipe(v.array(traceEventSchema), v.maxLength(1000)),
});
export type EntrySyncObservation = v.InferOutput<typeof entrySyncObservationSchema>;
