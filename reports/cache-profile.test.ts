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

test('entries stand with how often they were seen, in each size, and with what they outlive', () => {
  const kept = 'second-stage IOTLB entry of 4 KiB is kept';
  expect(
    lines(
      { fact: kept, seen: 3, chances: 20 },
      { fact: `${kept} over match.pasid-domain`, seen: 2, chances: 9 },
      { fact: `${kept} over match.context-global`, seen: 0, chances: 9 },
      { fact: `${kept} over match.iotlb-page`, seen: 0, chances: 1 },
      { fact: 'second-stage IOTLB entry of 2 MiB is kept', seen: 0, chances: 2 },
      { fact: 'second-stage IOTLB entry of 2 MiB is kept over match.pasid-domain', seen: 0, chances: 2 },
      { fact: 'context entry is kept', seen: 0, chances: 5 },
      { fact: 'context entry is kept over match.pasid-domain', seen: 0, chances: 9 },
      { fact: '2 or more stale IOTLB entries are held at once', seen: 1, chances: 2 },
    ),
  ).toEqual([
    'invalidation: what its answers show, seen of chances (facts, not verdicts)',
    '  second-stage IOTLB entry                  4 KiB 3/20, 2 MiB 0/2',
    '      kept also after pasid-domain',
    '      never after context-global',
    '  context entry                             0/5',
    '  2 or more stale IOTLB entries are held at once  1/2',
    '',
  ]);
});

test('an area without facts has no such lines', () => {
  expect(lines()).toEqual([]);
});
