/** The first look finds nothing right that the judge finds wrong, and most of what permitted units answer. */
import { expect, test } from 'vitest';
import { drawCases } from '../../generators/drawing.ts';
import { anyInvalidationCase } from '../../generators/invalidation.ts';
import { iotlbDomain } from '../../generators/invalidation-descriptors.ts';
import { profilePool } from '../../generators/profiles.ts';
import { invalidationVariants } from '../../models/correct/invalidation/variants.ts';
import { entryMatchingBugs } from '../../models/faulty/invalidation/entry-matching.ts';
import { mappingMatchingBugs } from '../../models/faulty/invalidation/mapping-matching.ts';
import { loadFaulty } from '../../models/faulty/load.ts';
import type {
  InvalidationCase,
  InvalidationObservation,
  StreamAnswer,
  StreamStep,
} from '../../spec/schema.ts';
import { tableOf } from '../translation/hand-made.ts';
import { isAnswered, judgeInvalidation } from './judge.ts';
import { isPlainlyRight } from './plainly-right.ts';
import {
  answers,
  completed,
  read,
  register,
  store,
  stream,
  submitted,
  to,
  value,
} from './streams.fixture.ts';

const DID = 2;
const context = [tableOf(4) | 1n, 2n | (BigInt(DID) << 8n)];
const permitted = await Promise.all(invalidationVariants.map((variant) => variant.open()));
/** Units in turn, one for each stream. */
const answer = (testCase: InvalidationCase, index: number): InvalidationObservation => {
  const unit = permitted[index % permitted.length] as (typeof permitted)[number];
  return unit.run(testCase) as InvalidationObservation;
};

const drawn = (seed: number, numRuns: number): readonly InvalidationCase[] =>
  drawCases(anyInvalidationCase(profilePool), seed, numRuns);

test('what a permitted unit answers is nearly always plainly right', () => {
  const looked = drawn(1, 240).map((testCase, index) => {
    return isPlainlyRight(testCase, answer(testCase, index));
  });
  expect(looked.filter((isRight) => isRight).length).toBeGreaterThan(0.95 * looked.length);
});

test('what the judge finds wrong of a faulty unit is not plainly right', async () => {
  let wrong = 0;
  // Each is a model of its own to load.
  const some = [...entryMatchingBugs, ...mappingMatchingBugs].filter((_, index) => index % 3 === 0);
  const faulty = await Promise.all(some.map(loadFaulty));
  for (const [index, testCase] of drawn(2, 250).entries()) {
    const { run } = faulty[index % faulty.length] as (typeof faulty)[number];
    const observation = run(testCase) as InvalidationObservation;
    if (judgeInvalidation(testCase, observation).mismatches.length === 0) continue;
    wrong++;
    expect(isPlainlyRight(testCase, observation)).toBe(false);
  }
  expect(wrong).toBeGreaterThan(4);
});

test('what the judge finds wrong with one answer put for another is not plainly right', () => {
  let wrong = 0;
  for (const [index, testCase] of drawn(3, 250).entries()) {
    const { answers: given, ...rest } = answer(testCase, index);
    const [first] = given;
    if (first === undefined) continue;
    const at = index % given.length;
    const exchanged: StreamAnswer[] = [...given.with(0, given[at] ?? first)].with(at, first);
    const observation = { ...rest, answers: exchanged };
    if (judgeInvalidation(testCase, observation).mismatches.length === 0) continue;
    wrong++;
    expect(isPlainlyRight(testCase, observation)).toBe(false);
  }
  expect(wrong).toBeGreaterThan(50);
});

test('what was asked first may answer for as long as nothing drops it', () => {
  const changes = Array.from({ length: 200 }, (_, index) => [
    store(tableOf(1), (0x5000_0000n + 0x1000n * BigInt(index)) | 3n),
    read(),
  ]).flat();
  const right = (...end: readonly StreamStep[]): boolean => {
    const testCase = stream({ context }, read(), ...changes, ...end);
    return isPlainlyRight(
      testCase,
      answers(...testCase.steps.filter(isAnswered).map(() => to(0x4000_0000n))),
    );
  };
  expect(right()).toBe(true);
  expect(right(submitted(iotlbDomain(DID)), read())).toBe(true);
  expect(right(completed(iotlbDomain(DID)), read())).toBe(false);
});

const [OLD, NEW, NEWEST] = [0x4000_0000n, 0x5000_0000n, 0x6000_0000n];
const change = store(tableOf(1), NEW | 3n);

test('what an earlier request left may answer while memory changes, until it is dropped', () => {
  const torn: StreamStep = {
    ...(read() as Extract<StreamStep, { step: 'request' }>),
    during: [{ address: tableOf(1), words: [NEWEST | 3n] }],
  };
  const given = (last: bigint) => answers(to(OLD), to(last));
  const held = stream({ context }, read(), change, torn);
  for (const page of [OLD, NEW, NEWEST]) expect(isPlainlyRight(held, given(page))).toBe(true);
  const dropped = stream({ context }, read(), change, completed(iotlbDomain(DID)), torn);
  expect(isPlainlyRight(dropped, given(NEWEST))).toBe(true);
  expect(isPlainlyRight(dropped, given(OLD))).toBe(false);
});

test('after an answer that an earlier request left, a command may have been done or refused all the same', () => {
  const [DOMAIN, OTHER_DID] = [2n, 9n];
  const command = (1n << 63n) | (DOMAIN << 60n) | (OTHER_DID << 32n);
  const write: StreamStep = { step: 'write', register: 'IOTLB', value: command };
  const { iqa: _, ...testCase } = stream({ context }, read(), change, write, read(), register('IOTLB'));
  const given = (granularity: bigint) => answers(to(OLD), to(OLD), value(granularity << 57n));
  for (const granularity of [0n, 1n, DOMAIN]) {
    expect(isPlainlyRight(testCase, given(granularity))).toBe(true);
  }
  expect(isPlainlyRight(testCase, given(3n))).toBe(false);
});
