/** A scene tells the unit what the stream does that it stands for, and is one that a healthy unit answers rightly. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyInvalidationCase } from '../../generators/invalidation.ts';
import { profilePool } from '../../generators/profiles.ts';
import { runInvalidation } from '../../models/optimized/invalidation/run.ts';
import { judgeInvalidation } from './judge.ts';
import { renamed } from './renamed.ts';
import { scenes } from './scenes.ts';
import { isSmaller } from './stream-size.ts';

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
    ...{ address: 0xffff_ff80_0020_1000n, isOfSecondStage: true },
  };
  const told = (...words: bigint[]) => renamed({ step: 'submit', descriptors: [words] }, by);
  expect(told(0x32n, 0x6f0b_f720_0003n)).toEqual([{ step: 'submit', descriptors: [[0x32n, 3n]] }]);
  expect(told(0x36n, by.address)).toEqual([{ step: 'submit', descriptors: [[0x36n, 0n]] }]);
});
