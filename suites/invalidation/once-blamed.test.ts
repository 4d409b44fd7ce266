/**
 * Streams that a permitted unit was once blamed for: found over ten thousands of cases, shrunk, and kept; with
 * what it answered where our own model does not.
 */
import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { runInvalidation } from '../../models/optimized/invalidation/run.ts';
import { invalidationCaseSchema, invalidationObservationSchema } from '../../spec/schema.ts';
import { judgeInvalidation } from './judge.ts';

const folder = new URL('once-blamed/', import.meta.url);

const keptSchema = v.union([
  v.strictObject({ case: invalidationCaseSchema, observation: invalidationObservationSchema }),
  v.pipe(
    invalidationCaseSchema,
    v.transform((testCase) => ({ case: testCase, observation: runInvalidation(testCase) })),
  ),
]);

test.each(readdirSync(folder))('%s is right', (file) => {
  const kept = v.parse(keptSchema, JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  expect(judgeInvalidation(kept.case, kept.observation).mismatches).toEqual([]);
});
