import * as fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { pageWalk } from '../models/reference/page-walk.ts';
import { caseProblem } from '../spec/case-form.ts';
import { toJson } from '../spec/json.ts';
import { type PageWalkCase, pageWalkCaseSchema } from '../spec/schema.ts';
import { anyPageWalkCase } from './page-walk.ts';
import { ownProfiles, profilePool } from './profiles.ts';

const sample = (numRuns: number, seed = 1): readonly PageWalkCase[] =>
  fc.sample(anyPageWalkCase(profilePool), { seed, numRuns });

test('walks are cases of the schema in the right form', () => {
  for (const testCase of sample(1000)) {
    expect(v.parse(pageWalkCaseSchema, JSON.parse(toJson(testCase)))).toEqual(testCase);
    expect(caseProblem(testCase)).toBeUndefined();
  }
});

test('the same seed draws the same walks, and a draw shrinks to one page and its range', () => {
  expect(toJson(sample(100))).toBe(toJson(sample(100)));
  expect(toJson(sample(100))).not.toBe(toJson(sample(100, 2)));
  const { counterexample } = fc.check(
    fc.property(anyPageWalkCase(profilePool), () => false),
    { seed: 1 },
  );
  const smallest = counterexample?.[0] as PageWalkCase;
  expect(smallest.profile).toBe(profilePool[0]);
  expect(smallest.memory).toHaveLength(3);
  expect(smallest.walk).toMatchObject({ kind: 'range', start: 0n, end: 0x1000n, notifyUnmapped: false });
  expect(smallest.hookFailure).toBeUndefined();
});

test('nearly every walk is one of which the sources say how it goes', () => {
  const courses = fc.sample(anyPageWalkCase(ownProfiles), { seed: 3, numRuns: 3000 }).map((testCase) => {
    let calls = 0;
    const course = pageWalk(testCase, {
      call: ({ alternatives: [likeliest = []] }) => {
        calls += likeliest.length;
        return likeliest;
      },
    });
    return { is: course.is, calls };
  });
  expect(courses.filter(({ is }) => is === 'open').length).toBeLessThan(courses.length / 50);
  expect(courses.filter(({ calls }) => calls > 0).length).toBeGreaterThan(courses.length / 3);
});
