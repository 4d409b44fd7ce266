/** The lines that `check --jsonl` writes while a run goes on: what happened, one JSON object a line. */
import * as v from 'valibot';
import { areaResultSchema, areaSchema, findingSchema, resultSchema } from './schema.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

export const runEventSchema = v.variant('event', [
  /** The first line, when the implementation has said what it is. */
  v.strictObject({
    event: v.literal('start'),
    version: v.literal(1),
    implementation: resultSchema.entries.implementation,
    seed: v.string(),
    /** The areas that are going to be checked. */
    areas: v.array(areaSchema),
  }),
  /** About once a second for each area at work: sums over the area since the start. */
  v.strictObject({
    event: v.literal('progress'),
    area: areaSchema,
    cases: count,
    rulesExercised: count,
    rulesKnown: count,
    findings: count,
  }),
  /** As soon as it is shrunk; expected failures and remarks too. */
  v.strictObject({ event: v.literal('finding'), finding: findingSchema }),
  /** An area has ended: its result, or why there is none. All its findings have been told before. */
  v.strictObject({
    event: v.literal('area'),
    area: areaSchema,
    result: v.optional(areaResultSchema),
    problem: v.optional(v.string()),
  }),
  /**
   * The last line, unless the run was killed. `status` is the exit status: 130 and 143 say that it was interrupted.
   * `error` is what stood in its way.
   */
  v.strictObject({
    event: v.literal('end'),
    status: v.picklist([0, 1, 2, 3, 130, 143]),
    error: v.optional(v.string()),
  }),
]);
export type RunEvent = v.InferOutput<typeof runEventSchema>;
