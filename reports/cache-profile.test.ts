import { expect, test } from 'vitest';
import type { AreaResult, FactCount } from '../spec/schema.ts';
import { cacheProfileLines } from './cache-profile.ts';
import { plain } from './palette.ts';

const lines = (...facts: FactCount[]): readonly string[] => {
  const result: AreaResult = {
    area: 'invalidation',
    claimed: true,
    cases: 1,
    durationMs: 1,
    rules: [],
    findings: [],
  };
  return cacheProfileLines(facts.length === 0 ? result : { ...result, facts }, plain);
};

test('each fact stands with how often it was seen, and with what the entry outlives', () => {
  const kept = 'second-stage IOTLB entry of 4 KiB is kept';
  expect(
    lines(
      { fact: kept, seen: 3, chances: 20 },
      { fact: `${kept} over match.pasid-domain`, seen: 2, chances: 9 },
      { fact: `${kept} over match.context-global`, seen: 0, chances: 9 },
      { fact: `${kept} over match.iotlb-page`, seen: 0, chances: 1 },
      { fact: 'context entry is kept', seen: 0, chances: 5 },
      { fact: 'context entry is kept over match.pasid-domain', seen: 0, chances: 9 },
    ),
  ).toEqual([
    'invalidation: what its answers show, seen of chances (facts, not verdicts)',
    '           3/20  second-stage IOTLB entry of 4 KiB is kept',
    '                 also after   match.pasid-domain',
    '                 never after  match.context-global',
    '            0/5  context entry is kept',
    '',
  ]);
});

test('an area without facts has no such lines', () => {
  expect(lines()).toEqual([]);
});
