/** Streams that a permitted unit was once blamed for: found over ten thousands of cases, shrunk, and kept. */
import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { runInvalidation } from '../../models/optimized/invalidation/run.ts';
import { invalidationCaseSchema } from '../../spec/schema.ts';
import { judgeInvalidation } from './judge.ts';

const folder = new URL('once-blamed/', import.meta.url);

test.each(readdirSync(folder))('%s is right', (file) => {
  const testCase = v.parse(invalidationCaseSchema, JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  expect(judgeInvalidation(testCase, runInvalidation(testCase)).mismatches).toEqual([]);
});
