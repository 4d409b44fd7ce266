import { expect, test } from 'vitest';
import type { AreaResult } from '../spec/schema.ts';
import { interleavingLines } from './interleavings.ts';

const result: AreaResult = {
  area: 'domain-replace',
  claimed: true,
  cases: 2,
  durationMs: 30_000,
  rules: [],
  findings: [],
};

test('programs, interleavings, states and the pace are told in a line', () => {
  const interleavings = { programs: 2, count: '1500000', states: 1200, cut: 0 };
  expect(interleavingLines({ ...result, interleavings })).toEqual([
    'domain-replace: 2 programs in 1,500,000 interleavings through 1200 states, 3,000,000 interleavings a minute',
  ]);
});

test('large numbers are told by their power of ten, and what was broken off is told', () => {
  const interleavings = { programs: 2, count: `123456${'0'.repeat(400)}`, states: 50_001, cut: 1 };
  expect(interleavingLines({ ...result, interleavings })).toEqual([
    'domain-replace: 2 programs in 1.23 × 10^405 interleavings through 50001 states, 2.46 × 10^405 interleavings a minute',
    'domain-replace: 1 program of more states than can be gone through, broken off',
  ]);
});

test('outside of the exhaustive mode there is none', () => {
  expect(interleavingLines(result)).toEqual([]);
});
