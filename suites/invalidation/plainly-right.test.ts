/** The first look finds nothing right that the judge finds wrong, and most of what permitted units answer. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyInvalidationCase } from '../../generators/invalidation.ts';
import { profilePool } from '../../generators/profiles.ts';
import type { InvalidationCase, StreamAnswer } from '../../spec/schema.ts';
import { judgeInvalidation } from './judge.ts';
import { permittedUnits } from './permitted-units.fixture.ts';
import { isPlainlyRight } from './plainly-right.ts';
import { planted } from './planted.fixture.ts';

const drawn = (seed: number, numRuns: number): readonly InvalidationCase[] =>
  fc.sample(anyInvalidationCase(profilePool), { seed, numRuns });

test('what a permitted unit answers is nearly always plainly right', () => {
  const looked = drawn(1, 360).map((testCase, index) => {
    const { unit } = permittedUnits[index % permittedUnits.length] as (typeof permittedUnits)[number];
    return isPlainlyRight(testCase, unit.run(testCase));
  });
  expect(looked.filter((isRight) => isRight).length).toBeGreaterThan(0.95 * looked.length);
});

test('what the judge finds wrong of a faulty unit is not plainly right', () => {
  let wrong = 0;
  for (const [index, testCase] of drawn(2, 500).entries()) {
    const { run } = planted[index % planted.length] as (typeof planted)[number];
    const observation = run(testCase);
    if (judgeInvalidation(testCase, observation).mismatches.length === 0) continue;
    wrong++;
    expect(isPlainlyRight(testCase, observation)).toBe(false);
  }
  expect(wrong).toBeGreaterThan(20);
});

test('what the judge finds wrong with one answer put for another is not plainly right', () => {
  let wrong = 0;
  for (const [index, testCase] of drawn(3, 500).entries()) {
    const { unit } = permittedUnits[index % permittedUnits.length] as (typeof permittedUnits)[number];
    const { answers, ...rest } = unit.run(testCase);
    const [first] = answers;
    if (first === undefined) continue;
    const at = index % answers.length;
    const exchanged: StreamAnswer[] = [...answers.with(0, answers[at] ?? first)].with(at, first);
    const observation = { ...rest, answers: exchanged };
    if (judgeInvalidation(testCase, observation).mismatches.length === 0) continue;
    wrong++;
    expect(isPlainlyRight(testCase, observation)).toBe(false);
  }
  expect(wrong).toBeGreaterThan(100);
});
