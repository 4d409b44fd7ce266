import { describe, expect, test } from 'vitest';
import { bugCalled } from '../../../models/faulty/bugs.ts';
import { optimized } from '../../../models/optimized/implementation.ts';
import { reference } from '../../../models/reference/implementation.ts';
import type { Observation } from '../../../spec/schema.ts';
import { examples, failedExamples } from './examples.ts';

describe.each([optimized, reference])('$name passes', ({ run }) => {
  test.each(examples)('$name', async ({ passes }) => expect(await passes(run)).toBe(true));
});

test.each([
  ['always-breaking', 'KUnit smmu-ste bypass -> abort'],
  ['not-cleaned-up', 'KUnit smmu-ste bypass -> abort'],
  ['not-prepared', 'KUnit smmu-ste abort -> bypass'],
  ['written-in-one-step', 'KUnit smmu-ste s1 -> s2'],
  ['ste-mev-critical', 'KUnit smmu-ste nestedBypass -> s2NoAts'],
])('%s fails %s', async (id, name) => {
  expect(await failedExamples(bugCalled(id)!)).toContain(name);
});

test('a bug of a format that no example has is found by none', async () => {
  expect(await failedExamples(bugCalled('amd-valid-before-rest')!)).toEqual([]);
});

test.each(examples)('$name fails when nothing happens, or elsewhere', async ({ area, passes }) => {
  const wrong = {
    'entry-sync': { trace: [] },
    translation: { results: [{ outcome: 'translated', address: 0n }] },
  };
  expect(await passes(() => wrong[area as keyof typeof wrong] as Observation)).toBe(false);
});
