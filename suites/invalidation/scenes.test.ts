/** A scene tells the unit what the stream does that it stands for, and is one that a healthy unit answers rightly. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyInvalidationCase } from '../../generators/invalidation.ts';
import { profilePool } from '../../generators/profiles.ts';
import { runInvalidation } from '../../models/optimized/invalidation/run.ts';
import type { InvalidationCase, StreamStep } from '../../spec/schema.ts';
import { unit } from '../translation/hand-made.ts';
import { judgeInvalidation } from './judge.ts';
import { renamed } from './renamed.ts';
import { scenes } from './scenes.ts';
import { isSmaller } from './stream-size.ts';
import { read, store, stream } from './streams.fixture.ts';

const submitted = (...descriptors: bigint[][]): StreamStep => ({ step: 'submit', descriptors });

const drawn = fc.sample(anyInvalidationCase(profilePool), { seed: 3, numRuns: 60 });
const made = drawn.map((stream) => ({ stream, own: [...scenes(stream)] }));

test('most streams that ask for a page twice have scenes', () => {
  const asking = made.filter(
    ({ stream: { steps, profile } }) =>
      profile.sourceIds === undefined && steps.filter(({ step }) => step === 'request').length > 1,
  );
  expect(asking.length).toBeGreaterThan(20);
  expect(asking.filter(({ own }) => own.length > 0).length).toBeGreaterThan(asking.length / 2);
});

test('a scene is smaller than its stream, and a healthy unit conforms in it', () => {
  for (const { stream, own } of made) {
    for (const scene of own.slice(0, 6)) {
      expect(isSmaller(scene, stream)).toBe(true);
      expect(judgeInvalidation(scene, runInvalidation(scene)).mismatches).toEqual([]);
    }
  }
});

test('names and addresses keep their distance, and what a global invalidation does not look at is left alone', () => {
  const by = {
    sourceId: 0x100,
    pasid: 5,
    did: 3n,
    address: 0x7000n,
    kept: ~0n & 0xffff_ffff_ffff_ffffn,
    isOfSecondStage: false,
    isOtherPage: false,
    rtaddr: 0x1400n,
  };
  const told = (...words: bigint[]) => renamed({ step: 'submit', descriptors: [words] }, by);
  const submit = (...words: bigint[]) => [{ step: 'submit', descriptors: [words] }];
  expect(told(0x31n | (3n << 16n) | (0x101n << 32n), 0n)).toEqual(submit(0x31n | (1n << 32n), 0n));
  expect(told(0x11n | (3n << 16n), 0n)).toEqual(submit(0x11n | (3n << 16n), 0n));
  expect(told(0x36n | (2n << 16n) | (5n << 32n), 0x8009n)).toEqual(submit(0x36n | (1n << 16n), 0xf009n));
  expect(told(0x25n | (9n << 32n), 0x9000n)).toEqual(submit(0x45n, 0n));
  expect(renamed({ step: 'write', register: 'RTADDR', value: 0x9c00n }, by)).toMatchObject([
    { value: 0x1c00n },
  ]);
  expect(renamed({ step: 'store', address: 0n, words: [1n] }, by)).toEqual([]);
});

test('of a nested page IOTLB invalidations have the address of second stage, which is that of no request', () => {
  const by = {
    ...{ sourceId: 0, pasid: 0, did: 0n, rtaddr: 0n, kept: 0xffff_ffff_ffff_ffffn },
    ...{ address: 0xffff_ff80_0020_1000n, isOfSecondStage: true, isOtherPage: false },
  };
  const told = (...words: bigint[]) => renamed({ step: 'submit', descriptors: [words] }, by);
  expect(told(0x32n, 0x6f0b_f720_0003n)).toEqual([{ step: 'submit', descriptors: [[0x32n, 3n]] }]);
  expect(told(0x36n, by.address)).toEqual([{ step: 'submit', descriptors: [[0x36n, 0n]] }]);
});

const unitOfAll = unit('everything');
const TABLE = 0x3000n;
const request = read({ sourceId: 0, address: 0n });
const legacyStream = (memory: InvalidationCase['memory'], ...steps: readonly StreamStep[]) => ({
  ...stream({ mode: 'legacy', profile: unitOfAll, sourceId: 0, address: 0n }, ...steps),
  ...{ rtaddr: 0x1000n, iqa: 0x9000n, memory },
});
const run = (address: bigint, ...words: bigint[]) => ({ address, words });
/** Three levels of second stage, through tables that are not the plainest. */
const levels = (leaf: bigint) => [
  ...[run(0x1000n, 0x7001n), run(0x7000n, 0x6001n, 1n), run(0x6000n, 0x5003n), run(0x5000n, 0x4003n)],
  ...(leaf === 0n ? [] : [run(0x4000n, leaf)]),
];
const stepsOf = (testCase: InvalidationCase) => [...scenes(testCase)].map(({ steps }) => steps);

test('what was not present comes to be there in a scene too', () => {
  const late = legacyStream(levels(0n), request, store(0x4000n, 0xa003n), request);
  const there = [...scenes(late)].filter(({ steps }) =>
    isDeepStrictEqual(steps, [request, store(TABLE, 0x81n), request]),
  );
  expect(there.some(({ memory }) => memory.every(({ address }) => address !== TABLE))).toBe(true);
});

test('where a page may no longer be written to, it may not be in a scene', () => {
  const less = legacyStream(levels(0xa003n), request, store(0x4000n, 0xa001n), request);
  const scene = [...scenes(less)].find(({ steps }) =>
    steps.some((step) => step.step === 'store' && step.words[0] === 0x81n),
  );
  expect(scene?.memory).toContainEqual(run(TABLE, 0x83n));
});

test('an entry that is stored while it is read is one of two words, whose halves do not belong together', () => {
  const during = [{ address: 0x7000n, words: [0x8001n, 2n] }];
  const torn = legacyStream(levels(0xa003n), { ...request, during } as StreamStep);
  expect([...scenes(torn)][0]).toMatchObject({
    memory: [run(0x1000n, 0x2001n), run(0x2000n, 0x3001n, 1n), run(TABLE, 0x81n)],
    steps: [{ ...request, during: [{ address: 0x2000n, words: [9n, 2n] }] }],
  });
});

test('an error of the queue is cleared in a scene, whose queue lies at 0, or there is none', () => {
  const wrong = submitted([0x12n, 0n], [0n, 0n]);
  const clear: StreamStep = { step: 'write', register: 'FSTS', value: 0x10n };
  const mend = store(0x9010n, 0x45n);
  const after = legacyStream(levels(0xa003n), ...[request, store(0x4000n, 0n), wrong, mend, clear, request]);
  const change = store(TABLE, 0n);
  expect(stepsOf(after)).toContainEqual([request, change, wrong, store(0x10n, 0x45n), clear, request]);
  expect(stepsOf(after)).toContainEqual([...[request, change], submitted([0x12n, 0n], [0x45n, 0n]), request]);
});

test('an invalidation of another page, or of a range, names another page in a scene', () => {
  const told = (second: bigint) =>
    stepsOf(
      legacyStream(
        levels(0xa003n),
        ...[request, store(0x4000n, 0n), submitted([0x32n, second], [0x45n, 0n]), request],
      ),
    ).flatMap((steps) => steps.flatMap((step) => (step.step === 'submit' ? [step.descriptors[0]?.[1]] : [])));
  expect(told(0x5000n)).toContain(0x4000_0000n);
  expect(told(0x10n)).toContain(0x800_0010n);
});
