/** Area `invalidation`: streams of stores, register writes, descriptors and requests. */
import * as v from 'valibot';
import { profileSchema } from './profile.ts';
import { memoryRunSchema, u64, unsigned, words } from './scalars.ts';
import { requestResultSchema, requestSchema } from './translation.ts';

/** Registers that a stream may write (11.4): 32 bits wide are GCMD, FSTS, ICS and IECTL, others 64. */
export const writableRegisters = [
  'GCMD',
  'RTADDR',
  'CCMD',
  'FSTS',
  'IQT',
  'IQA',
  'ICS',
  'IECTL',
  'IVA',
  'IOTLB',
] as const;
export type WritableRegister = (typeof writableRegisters)[number];

/** Registers that a stream may read. */
export const readableRegisters = [
  'GSTS',
  'RTADDR',
  'CCMD',
  'FSTS',
  'IQH',
  'IQT',
  'IQA',
  'ICS',
  'IECTL',
  'IQERCD',
  'IOTLB',
] as const;
export type ReadableRegister = (typeof readableRegisters)[number];

/** An atomic write to memory: 64 bits at an address aligned to 8 bytes, or 128 bits aligned to 16. */
const store = { address: u64, words: words(1, 2) };
export const storeSchema = v.strictObject(store);
export type Store = v.InferOutput<typeof storeSchema>;

/** One thing that software or a device does; it is over when the unit has come to rest. */
export const streamStepSchema = v.variant('step', [
  v.strictObject({ step: v.literal('store'), ...store }),
  v.strictObject({ step: v.literal('write'), register: v.picklist(writableRegisters), value: u64 }),
  /**
   * Descriptors of 128 or 256 bits put at the tail one after the other, the whole list `times` times, then
   * one write of IQT. Each takes as many slots as it needs; what is missing of a slot is zero.
   */
  v.strictObject({
    step: v.literal('submit'),
    descriptors: v.pipe(v.array(v.union([words(2), words(4)])), v.minLength(1), v.maxLength(64)),
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(512))),
  }),
  /** `during`: stores that happen in this order while the request is under way, at any moments. */
  v.strictObject({
    step: v.literal('request'),
    request: requestSchema,
    during: v.optional(v.pipe(v.array(storeSchema), v.minLength(1), v.maxLength(4))),
  }),
  v.strictObject({ step: v.literal('read'), register: v.picklist(readableRegisters) }),
  /** Reads the 64-bit word at `address`, which is aligned to 8 bytes. */
  v.strictObject({ step: v.literal('load'), address: u64 }),
]);
export type StreamStep = v.InferOutput<typeof streamStepSchema>;

/** Of one stream. A drawn one has dozens; a recorded history of an emulator at work may be long. */
export const MOST_STEPS = 200_000;

export const invalidationCaseSchema = v.strictObject({
  area: v.literal('invalidation'),
  profile: profileSchema,
  /** RTADDR_REG as SRTP latched it before the first step; all caches are empty (11.4.6). */
  rtaddr: u64,
  /** TES of GSTS_REG. */
  translationEnabled: v.boolean(),
  /** IQA_REG; the queue is enabled, with head and tail at 0. Left out: QIES is 0. */
  iqa: v.optional(u64),
  memory: v.pipe(v.array(memoryRunSchema), v.maxLength(4096)),
  steps: v.pipe(v.array(streamStepSchema), v.maxLength(MOST_STEPS)),
});
export type InvalidationCase = v.InferOutput<typeof invalidationCaseSchema>;

/** What a step showed: the result of a request, or the value that was read. */
export const streamAnswerSchema = v.variant('outcome', [
  ...requestResultSchema.options,
  v.strictObject({ outcome: v.literal('value'), value: u64 }),
]);
export type StreamAnswer = v.InferOutput<typeof streamAnswerSchema>;

/** FSTS_REG and IQH_REG. */
export const queueStateSchema = v.strictObject({ faultStatus: unsigned(0xffff_ffff), head: u64 });
export type QueueState = v.InferOutput<typeof queueStateSchema>;

export const invalidationObservationSchema = v.strictObject({
  /** One answer for each step that is a request, a read or a load, in order. */
  answers: v.pipe(v.array(streamAnswerSchema), v.maxLength(MOST_STEPS)),
  /**
   * FSTS_REG and IQH_REG after each step, asked for or not: an error of the queue is then known at the step that
   * made it. Of FSTS only IQE, ICE and ITE count. Left out: not observed.
   */
  queue: v.optional(v.pipe(v.array(queueStateSchema), v.maxLength(MOST_STEPS))),
});
export type InvalidationObservation = v.InferOutput<typeof invalidationObservationSchema>;
