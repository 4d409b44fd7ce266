/** No correct variant is blamed. */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { drawCases } from '../generators/drawing.ts';
import { ownProfiles } from '../generators/profiles.ts';
import { correctVariants } from '../models/correct/variants.ts';
import { ruleOf } from '../spec/catalogue.ts';
import type { Implementation } from '../spec/implementation.ts';
import type { Area, Case, Observation, Profile } from '../spec/schema.ts';
import type { AreaSuite } from './core/area-suite.ts';
import { suiteOf } from './suite-of.ts';

/** Of each area; CI asks more (.ci/run). */
const CASES = Number(process.env['CASES'] ?? 25);

interface Shared {
  readonly testCase: Case;
  readonly judged: Observation[];
}

/** The variants of an area answer the same cases, most of them alike: what was judged is not judged again. */
const shared = new Map<Area, readonly Shared[]>();

function casesOf(suite: AreaSuite, { profile }: Implementation): readonly Shared[] {
  if (profile !== 'any') return drawn(suite, profile);
  const known = shared.get(suite.area) ?? drawn(suite, ownProfiles);
  shared.set(suite.area, known);
  return known;
}

function drawn(suite: AreaSuite, profiles: readonly Profile[]): readonly Shared[] {
  const cases: readonly Case[] = drawCases(suite.arbitrary(profiles), 7, CASES);
  return cases.map((testCase) => ({ testCase, judged: [] }));
}

const one = correctVariants.flatMap((variant) => variant.areas.map((area) => ({ variant, area })));

test.for(one)('correct:$variant.id is never blamed in area $area', async ({ variant, area }) => {
  const suite = await suiteOf(area);
  const implementation = await variant.open();
  for (const { testCase, judged } of casesOf(suite, implementation)) {
    const observation = await implementation.run(testCase);
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
