import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { latticeBreaches } from '../spec/lattice.ts';
import { anyProfile, profilePool } from './profiles.ts';

test('every profile of the pool is a legal configuration with a name of its own', () => {
  for (const profile of profilePool) expect(latticeBreaches(profile), profile.name).toEqual([]);
  expect(new Set(profilePool.map(({ name }) => name)).size).toBe(profilePool.length);
});

test('the same seed draws the same profiles, and a draw shrinks to the simplest', () => {
  const draw = () => fc.sample(anyProfile(), { seed: 7, numRuns: 20 });
  expect(draw()).toEqual(draw());
  const { counterexample } = fc.check(
    fc.property(anyProfile(), () => false),
    { seed: 7 },
  );
  expect(counterexample).toEqual([profilePool[0]]);
});

test('the pool varies every capability that an entry check depends on', () => {
  for (const bit of [26, 29, 31, 34, 40, 43, 45, 46, 47, 48, 49, 53, 55, 56]) {
    const values = new Set(profilePool.map(({ ecap }) => (ecap >> BigInt(bit)) & 1n));
    expect(values.size, `ECAP bit ${bit}`).toBe(2);
  }
});
