/**
 * What may be answered to a stream, as data of a vector file. A unit may come by different ways through a
 * stream; `ways` of an option lists those on which it may be seen, counted from 0. Left out: on all.
 */
import * as v from 'valibot';
import { text, u64, unsigned } from '../schema/scalars.ts';
import { allowedRecordSchema, alternativeSchema } from './translation.ts';

const MOST_WAYS = 4096;
const way = unsigned(MOST_WAYS - 1);
const ways = v.optional(v.pipe(v.array(way), v.minLength(1)));

/** Bits outside of `mask` may have any value. */
const valueSchema = v.strictObject({ value: u64, mask: u64, rules: v.array(text), ways });
const values = v.pipe(v.array(valueSchema), v.minLength(1));
export type AllowedValue = v.InferOutput<typeof valueSchema>;

const requestOptionSchema = v.strictObject({ answer: alternativeSchema, ways });
export type AllowedRequestOption = v.InferOutput<typeof requestOptionSchema>;

export const allowedInvalidationSchema = v.strictObject({
  /** In how many ways the unit may come through the stream. */
  ways: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_WAYS)),
  /**
   * One for each request, read and load, in order; null: any result of a request, any value. A list that ends
   * early: nothing is said of the answers after it.
   */
  answers: v.array(
    v.nullable(
      v.union([
        v.strictObject({
          options: v.pipe(v.array(requestOptionSchema), v.minLength(1)),
          record: allowedRecordSchema,
        }),
        v.strictObject({ values }),
      ]),
    ),
  ),
  /**
   * FSTS and IQH after the steps that are not answered, from `step` on until the next item. Nothing is said of
   * them from step `until` on.
   */
  queue: v.array(v.strictObject({ step: unsigned(20_000), faultStatus: values, head: values })),
  until: unsigned(20_000),
});
export type AllowedInvalidation = v.InferOutput<typeof allowedInvalidationSchema>;
