import * as fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { pageWalk } from '../models/reference/page-walk.ts';
import { caseProblem } from '../spec/case-form.ts';
import { toJson } from '../spec/json.ts';
import { type PageWalkCase, pageWalkCaseSchema } from '../spec/schema.ts';
import { drawCases } from './drawing.ts';
import { anyPageWalkCase } from './page-walk.ts';
import { ownProfiles, profilePool } from './profiles.ts';

const FRAME = 0x1000n;

const sample = (numRuns: number, seed = 1): readonly PageWalkCase[] =>
  drawCases(anyPageWalkCase(profilePool), seed, numRuns);
const drawn = sample(3000);

test('walks are cases of the schema in the right form', () => {
  const cases = drawn.slice(0, 1000);
  expect(cases.map((one) => v.parse(pageWalkCaseSchema, JSON.parse(toJson(one))))).toEqual(cases);
  expect(cases.flatMap((one) => caseProblem(one) ?? [])).toEqual([]);
});

test('the same seed draws the same walks, and a draw shrinks to one page and its range', () => {
  expect(toJson(sample(100))).toBe(toJson(drawn.slice(0, 100)));
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

test('ranges begin at the last byte of a page and end after the first, away from the limits', () => {
  const walks = drawn.flatMap(({ walk }) => (walk.kind === 'range' ? [walk] : []));
  const isInside = (border: bigint) => border > 0n && border < 1n << 38n && border % FRAME === 0n;
  const ends = walks.filter(({ end }) => isInside(end - 1n));
  const starts = walks.filter(({ start }) => isInside(start + 1n));
  for (const found of [ends, starts]) expect(found.length).toBeGreaterThan(walks.length / 100);
});

test('devices under pass-through are replayed in legacy and in scalable mode', () => {
  const replayed = drawCases(anyPageWalkCase(ownProfiles), 4, 6000).filter((testCase) => {
    const { is } = pageWalk(testCase, { call: ({ alternatives: [likeliest] }) => likeliest });
    return is === 'pass-through';
  });
  const modes = replayed.map(({ walk }) => (walk.kind === 'replay' ? (walk.rtaddr >> 10n) & 3n : undefined));
  for (const mode of [0n, 1n]) expect(modes.filter((other) => other === mode).length).toBeGreaterThan(5);
});

test('devices are replayed whose context entry contradicts itself: RID_PASID, EPTR or PRE (SCT.4)', () => {
  const contradicting = drawCases(anyPageWalkCase(profilePool), 5, 6000).filter(({ walk, memory }) => {
    if (walk.kind !== 'replay' || ((walk.rtaddr >> 10n) & 3n) !== 1n || !walk.translationEnabled)
      return false;
    const words = new Map(
      memory.flatMap((run) => run.words.map((word, index) => [run.address + BigInt(index) * 8n, word])),
    );
    const half = BigInt(walk.sourceId >> 8) * 16n + BigInt((walk.sourceId >> 7) & 1) * 8n;
    const table = (words.get((walk.rtaddr & ~0xfffn) + half) ?? 0n) & ~0xfffn;
    const context = table + BigInt(walk.sourceId & 0x7f) * 32n;
    const [low, high] = [words.get(context) ?? 0n, words.get(context + 8n) ?? 0n];
    const limit = 1n << (13n + ((low >> 9n) & 7n));
    const isBeyond = (low & 1n) === 1n && (high & 0xf_ffffn) >= limit;
    return isBeyond || (low & 0x15n) === 0x11n || (low & 0x49n) === 0x41n;
  });
  expect(contradicting.length).toBeGreaterThan(12);
});

test('nearly every walk is one of which the sources say how it goes', () => {
  const courses = drawCases(anyPageWalkCase(ownProfiles), 3, 3000).map((testCase) => {
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
