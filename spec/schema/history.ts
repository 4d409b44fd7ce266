/** Lines of recorded histories (JSON Lines): what an implementation was asked and answered, as it happened. */
import * as v from 'valibot';
import {
  caseSchema,
  invalidationCaseSchema,
  queueStateSchema,
  streamAnswerSchema,
  streamStepSchema,
} from '../schema.ts';
import { text } from './scalars.ts';

/** A name that may be printed: no control character of a terminal is part of it. */
const name = v.pipe(text, v.maxLength(200), v.regex(/^\P{Cc}*$/u, 'expected no control characters'));
const { profile, rtaddr, translationEnabled, iqa, memory } = invalidationCaseSchema.entries;

/** Begins a history of area `invalidation`: how the unit stands before the first step. */
export const historyHeaderSchema = v.strictObject({
  implementation: name,
  version: v.optional(name),
  profile,
  rtaddr,
  translationEnabled,
  iqa,
  memory,
});
export type HistoryHeader = v.InferOutput<typeof historyHeaderSchema>;

/** A step line, without the step itself. */
export const stepAnswerSchema = v.strictObject({
  /** Only of a request, a read or a load; left out: not observed. */
  answer: v.optional(streamAnswerSchema),
  /** FSTS_REG and IQH_REG after the step: on every line of a history, or on none. */
  queue: v.optional(queueStateSchema),
});
export { streamStepSchema };

/** A case of any area with the answer to it. */
export const recordedCaseSchema = v.strictObject({
  implementation: v.optional(name),
  version: v.optional(name),
  case: caseSchema,
  /** Checked by the schema of the area. */
  observation: v.unknown(),
});
