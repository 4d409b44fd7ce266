/** No correct variant is blamed. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownProfiles } from '../generators/profiles.ts';
import { correctVariants } from '../models/correct/variants.ts';
import { ruleOf } from '../spec/catalogue.ts';
import type { Area, Case, Observation } from '../spec/schema.ts';
import type { AreaSuite } from './core/area-suite.ts';
import { suiteOf } from './suite-of.ts';

const CASES = 400;
const timeout = 60_000;

interface Shared {
  readonly testCase: Case;
  readonly judged: Observation[];
}

/** The variants of an area answer the same cases, most of them alike: what was judged is not judged again. */
const shared = new Map<Area, readonly Shared[]>();

function casesOf(suite: AreaSuite): readonly Shared[] {
  const known = shared.get(suite.area);
  if (known !== undefined) return known;
  const cases: readonly Case[] = fc.sample(suite.arbitrary(ownProfiles), { seed: 7, numRuns: CASES });
  const drawn = cases.map((testCase) => ({ testCase, judged: [] }));
  shared.set(suite.area, drawn);
  return drawn;
}

const one = correctVariants.flatMap((variant) => variant.areas.map((area) => ({ variant, area })));

test.for(one)('correct:$variant.id is never blamed in area $area', { timeout }, async ({ variant, area }) => {
  const suite = await suiteOf(area);
  const { run } = await variant.open();
  for (const { testCase, judged } of casesOf(suite)) {
    const observation = await run(testCase);
    if (judged.some((other) => isDeepStrictEqual(other, observation))) continue;
    judged.push(observation);
    const { mismatches } = suite.judge(testCase, observation);
    expect(mismatches.filter(({ rule }) => ruleOf(rule)?.level !== 'may')).toEqual([]);
  }
});

test('each correct variant has a name of its own', () => {
  const ids = correctVariants.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
