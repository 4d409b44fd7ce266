/** What may be answered to a case of area `page-walk`, as data of a vector file. */
import * as v from 'valibot';
import { faultCode, text, u64, unsigned } from '../schema/scalars.ts';
import { mappingSchema, walkEventSchema } from '../schema.ts';

const count = unsigned(Number.MAX_SAFE_INTEGER);

export const allowedPageWalkSchema = v.variant('course', [
  /** Refused without a call. `orDone`: or ended without one. */
  v.strictObject({
    course: v.literal('refused'),
    rule: text,
    codes: v.array(faultCode),
    orDone: v.boolean(),
  }),
  /** Ends without a call. `orRefused`: whether as done or as refused. */
  v.strictObject({ course: v.literal('nothing'), rule: text, orRefused: v.boolean() }),
  /** Every call maps addresses to themselves with all rights; without a call it may end as refused. */
  v.strictObject({ course: v.literal('pass-through'), rule: text }),
  /** Calls map this memory to itself, ascending and without gaps. `orNothing`: or there is no call. */
  v.strictObject({
    course: v.literal('identity'),
    rule: text,
    memory: v.array(v.strictObject({ iova: u64, size: u64 })),
    orNothing: v.boolean(),
  }),
  v.strictObject({
    course: v.literal('walked'),
    /** One after the other: the calls are those of one alternative each, the first that fits. */
    announcements: v.array(
      v.strictObject({
        rule: text,
        alternatives: v.array(
          v.strictObject({
            calls: v.array(walkEventSchema),
            /** Who takes this one counts one more under this name of `skipped`. */
            counts: v.optional(v.picklist(['noRight', 'reservedOrNoRight'])),
          }),
        ),
      }),
    ),
    /** Entries that are passed over: by reason, under either of two reasons, and perhaps not counted at all. */
    skipped: v.strictObject({
      unreadable: count,
      reserved: count,
      noRight: count,
      unreadableOrReserved: count,
      reservedOrNoRight: count,
      perhapsNoRight: count,
    }),
    mostEntriesRead: count,
    /** What is remembered after the last call. Left out: the walk remembers nothing. */
    announced: v.optional(v.array(mappingSchema)),
  }),
]);
export type AllowedPageWalk = v.InferOutput<typeof allowedPageWalkSchema>;
