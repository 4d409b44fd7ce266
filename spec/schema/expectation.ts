/** Known failures, each with the reason that a person gave. */
import * as v from 'valibot';
import { areaSchema } from './area.ts';
import { aspectSchema } from './finding.ts';
import { text } from './scalars.ts';

/** A breach that a person looked at: the reason says why it is known and not a surprise. */
export const expectedFailureSchema = v.strictObject({
  area: areaSchema,
  rule: text,
  aspect: aspectSchema,
  /** So few cases show it that a run without it is no news. */
  seldom: v.optional(v.literal(true)),
  reason: v.pipe(v.string(), v.minLength(10)),
  link: v.optional(v.string()),
});
export type ExpectedFailure = v.InferOutput<typeof expectedFailureSchema>;

/** Known failures of one implementation, by rule and aspect. */
export const expectationFileSchema = v.strictObject({
  version: v.literal(1),
  implementation: text,
  expectedFailures: v.array(expectedFailureSchema),
});
export type ExpectationFile = v.InferOutput<typeof expectationFileSchema>;
