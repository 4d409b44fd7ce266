/** The quick corpus: a few stored cases of an area that together show every known bug of it. */
import * as v from 'valibot';
import { areaSchema } from './area.ts';
import { caseSchema } from './case.ts';
import { text } from './scalars.ts';

export const corpusSchema = v.strictObject({
  version: v.literal(1),
  area: areaSchema,
  /** `bugs`: those for which this case was taken; it may show others too. */
  cases: v.array(v.strictObject({ bugs: v.array(text), case: caseSchema })),
});
export type Corpus = v.InferOutput<typeof corpusSchema>;
