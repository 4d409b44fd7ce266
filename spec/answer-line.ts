/** One line of an answer file: what an implementation made of one vector. */
import * as v from 'valibot';
import { text } from './schema/scalars.ts';
import { observationSchemas } from './schema.ts';

/** A file may begin with a line that says whose answers these are. */
export const answerHeaderSchema = v.strictObject({
  version: v.literal(1),
  name: text,
});

/** What stands around an observation, which is judged by the schema of its area. */
export const answerLineSchema = v.union([
  v.strictObject({ id: text, observation: v.unknown() }),
  v.strictObject({ id: text, skip: text }),
  v.strictObject({ id: text, error: text }),
]);

/** The whole line, for who writes one. */
export const wholeAnswerLineSchema = v.union([
  answerHeaderSchema,
  v.strictObject({ id: text, observation: v.union(Object.values(observationSchemas)) }),
  v.strictObject({ id: text, skip: text }),
  v.strictObject({ id: text, error: text }),
]);
