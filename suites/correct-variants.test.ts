import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownProfiles } from '../generators/profiles.ts';
import { correctVariants } from '../models/correct/variants.ts';
import { ruleOf } from '../spec/catalogue.ts';
import { suiteOf } from './suite-of.ts';

const CASES = 300;
const one = correctVariants.flatMap((variant) => variant.areas.map((area) => ({ variant, area })));

test.for(one)('correct:$variant.id is never blamed in area $area', async ({ variant, area }) => {
  const suite = await suiteOf(area);
  const { run } = await variant.open();
  const cases = fc.sample(suite.arbitrary(ownProfiles), {
    seed: 7,
    numRuns: Math.ceil(CASES / (suite.cost ?? 1)),
  });
  for (const testCase of cases) {
    const { mismatches } = suite.judge(testCase, await run(testCase));
    expect(mismatches.filter(({ rule }) => ruleOf(rule)?.level !== 'may')).toEqual([]);
  }
});

test('each correct variant has a name of its own', () => {
  const ids = correctVariants.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
