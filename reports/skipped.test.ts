import { expect, test } from 'vitest';
import type { AreaResult } from '../spec/schema.ts';
import { skippedLines } from './skipped.ts';

const result: AreaResult = {
  area: 'entry',
  claimed: true,
  cases: 10,
  durationMs: 1,
  rules: [],
  findings: [],
};

test('cases that were passed over are counted by the reason that the implementation gave', () => {
  const skipped = [
    { reason: 'no nesting', cases: 3 },
    { reason: 'no 5-level tables', cases: 1 },
  ];
  expect(skippedLines({ ...result, skipped })).toEqual([
    'entry: 4 of 10 cases skipped by the implementation:',
    '  no nesting (3)',
    '  no 5-level tables (1)',
  ]);
  expect(skippedLines(result)).toEqual([]);
});
