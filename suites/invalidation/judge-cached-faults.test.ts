/** Which entries that fault may be cached, and until when: CM, and never a fault of first stage (VT-d 6.1, 6.2). */
import { describe, expect, test } from 'vitest';
import {
  contextDevice,
  iotlbDomain,
  iotlbPage,
  pasidOne,
} from '../../generators/invalidation-descriptors.ts';
import type { StreamAnswer, StreamStep } from '../../spec/schema.ts';
import { at, type Parts, tableOf, unit, units } from '../translation/hand-made.ts';
import { breaches, change, DID, exercised, LEAF, legacy, NEW, scalable } from './judge.fixture.ts';
import { completed, read, store, stream, to, withCap } from './streams.fixture.ts';

const CACHING_MODE = 1n << 7n;

describe.each([
  ['legacy', legacy],
  ['scalable', scalable],
] as const)('in %s mode', (_, parts) => {
  test('an entry that faults is cached only with CM', () => {
    const profile = withCap(units[parts.mode ?? 'legacy'], 0n, CACHING_MODE);
    const steps = [read(), change, read()];
    const blocked: StreamAnswer = { outcome: 'blocked' };
    const without = stream({ ...parts, profile, leaf: 0n }, ...steps);
    expect(breaches(without, blocked, to(NEW))).toEqual([]);
    expect(breaches(without, blocked, blocked)).toEqual(['invalidation.caching-mode.second-stage outcome']);
    const unasked = stream({ ...parts, profile, leaf: 0n }, change, read());
    expect(breaches(unasked, blocked)).toEqual(['invalidation.caching-mode.second-stage outcome']);
    // With nothing recorded it may be any other fault.
    const mute: StreamAnswer = { outcome: 'blocked', record: null };
    expect(breaches(unasked, mute).join()).not.toMatch(/caching-mode/);
    const caching = stream({ ...parts, profile: withCap(profile, CACHING_MODE), leaf: 0n }, ...steps);
    expect(breaches(caching, blocked, blocked)).toEqual([]);
  });

  test('so is a context entry that memory did not give, until the device is invalidated', () => {
    const root = (table: bigint): bigint[] => [table | 1n, parts.mode === 'scalable' ? table | 1n : 0n];
    const blocked: StreamAnswer = { outcome: 'blocked' };
    const broken = { ...parts, root: root(at.hole) };
    const breachesOf = (cap: bigint, ...between: readonly StreamStep[]): readonly string[] => {
      const profile = withCap(units[parts.mode ?? 'legacy'], cap, CACHING_MODE ^ cap);
      const steps = [read(), store(at.root, ...root(at.context)), ...between, read()];
      return breaches(stream({ ...broken, profile }, ...steps), blocked, blocked);
    };
    expect(breachesOf(0n)).toEqual(['invalidation.caching-mode.context outcome']);
    expect(breachesOf(CACHING_MODE)).toEqual([]);
    expect(breachesOf(CACHING_MODE, completed(contextDevice(0, 0x100)))).toEqual([]);
    const cell = `invalidation.match.context-device.context-${parts.mode ?? 'legacy'}`;
    expect(breachesOf(CACHING_MODE, completed(contextDevice(0, 0)))).toEqual([`${cell} outcome`]);
  });
});

test('so is a PASID table entry that memory did not give, until the PASID is invalidated', () => {
  const blocked: StreamAnswer = { outcome: 'blocked' };
  const breachesOf = (cap: bigint, ...between: readonly StreamStep[]): readonly string[] => {
    const profile = withCap(units.scalable, cap, CACHING_MODE ^ cap);
    const steps = [read(), store(at.directory, at.pasidTable | 1n), ...between, read()];
    return breaches(stream({ ...scalable, profile, directory: at.hole | 1n }, ...steps), blocked, blocked);
  };
  expect(breachesOf(0n)).toEqual(['invalidation.caching-mode.pasid outcome']);
  expect(breachesOf(CACHING_MODE)).toEqual([]);
  expect(breachesOf(CACHING_MODE, completed(pasidOne(DID, 0)))).toEqual([]);
  expect(breachesOf(CACHING_MODE, completed(pasidOne(0, 0)))).toHaveLength(1);
});

test('so is a translation that ends in a table that memory did not give, until its domain is invalidated', () => {
  const blocked: StreamAnswer = { outcome: 'blocked' };
  const profile = withCap(units.legacy, CACHING_MODE);
  const parts = { ...legacy, profile, tables: { 4: at.hole | 3n } };
  const breachesOf = (...between: readonly StreamStep[]): readonly string[] => {
    const steps = [read(), store(tableOf(4), tableOf(3) | 3n), ...between, read()];
    return breaches(stream(parts, ...steps), blocked, blocked);
  };
  expect(breachesOf()).toEqual([]);
  expect(breachesOf(completed(iotlbPage(DID, 1)))).toEqual([]);
  expect(breachesOf(completed(iotlbDomain(DID)))).toHaveLength(1);
});

test('no fault of first stage is cached, whatever CM says', () => {
  const [upper, flags] = [0x27n, 0x67n];
  const parts: Parts = {
    mode: 'scalable',
    profile: withCap(unit('everything'), CACHING_MODE),
    pasid: [0x41n, BigInt(DID), tableOf(4)],
    tables: { 4: tableOf(3) | upper, 3: tableOf(2) | upper, 2: LEAF | upper },
    leaf: 0n,
  };
  const blocked: StreamAnswer = { outcome: 'blocked' };
  const testCase = stream(parts, read(), store(LEAF, NEW | flags), read());
  expect(breaches(testCase, blocked, to(NEW))).toEqual([]);
  expect(exercised(testCase, blocked, to(NEW))).toContain('invalidation.caching-mode.first-stage');
  expect(breaches(testCase, blocked, blocked)).toEqual(['invalidation.caching-mode.first-stage outcome']);
});
