import { describe, expect, test } from 'vitest';
import { ruleOf } from '../catalogue.ts';
import { cacheNames } from './caches.ts';
import {
  type Granularity,
  granularities,
  type InvalidatingKind,
  matchCell,
  matchCells,
} from './match-tables.ts';

/** One row of the hand-made table: descriptor, cache, class of entries as PGTT or mode, IH, and what must match. */
type Row = readonly [
  string,
  string,
  'legacy' | 'first-stage' | 'second-stage' | 'nested' | 'pass-through',
  0 | 1,
  string,
];

const KEPT = 'kept';

/** Written from 6.5.2.1 to 6.5.2.7 and Tables 23 and 24, without the tables under test. */
const golden: readonly Row[] = [
  ['context global', 'context', 'legacy', 0, ''],
  ['context global', 'context', 'nested', 0, ''],
  ['context domain', 'context', 'legacy', 0, 'did'],
  ['context domain', 'context', 'first-stage', 0, ''],
  ['context device', 'context', 'legacy', 0, 'did source-id'],
  ['context device', 'context', 'second-stage', 0, 'source-id'],
  ['context global', 'pasid', 'first-stage', 0, KEPT],
  ['context global', 'iotlb', 'legacy', 0, KEPT],
  ['context domain', 'second-stage', 'legacy', 0, KEPT],
  ['pasid domain', 'pasid', 'nested', 0, 'did'],
  ['pasid pasid', 'pasid', 'nested', 0, 'did pasid'],
  ['pasid global', 'pasid', 'nested', 0, ''],
  ['pasid global', 'iotlb', 'nested', 0, KEPT],
  ['pasid global', 'context', 'nested', 0, KEPT],
  ['iotlb global', 'iotlb', 'legacy', 0, ''],
  ['iotlb global', 'iotlb', 'nested', 1, ''],
  ['iotlb global', 'first-stage', 'nested', 1, ''],
  ['iotlb global', 'second-stage', 'nested', 1, ''],
  ['iotlb domain', 'iotlb', 'pass-through', 0, 'did'],
  ['iotlb domain', 'iotlb', 'first-stage', 0, 'did'],
  ['iotlb domain', 'first-stage', 'first-stage', 0, 'did'],
  ['iotlb domain', 'combined', 'nested', 0, 'did'],
  ['iotlb domain', 'second-stage', 'second-stage', 1, 'did'],
  ['iotlb page', 'iotlb', 'legacy', 0, 'did address'],
  ['iotlb page', 'iotlb', 'second-stage', 1, 'did address'],
  ['iotlb page', 'iotlb', 'pass-through', 0, 'did address'],
  ['iotlb page', 'iotlb', 'first-stage', 0, 'did'],
  ['iotlb page', 'iotlb', 'nested', 1, 'did'],
  ['iotlb page', 'first-stage', 'first-stage', 1, 'did'],
  ['iotlb page', 'combined', 'nested', 1, 'did'],
  ['iotlb page', 'second-stage', 'second-stage', 0, 'did address'],
  ['iotlb page', 'second-stage', 'second-stage', 1, KEPT],
  ['iotlb global', 'pasid', 'nested', 0, KEPT],
  ['iotlb global', 'host-permission-leaf', 'nested', 0, KEPT],
  ['pasid-iotlb pasid', 'iotlb', 'second-stage', 0, 'did pasid'],
  ['pasid-iotlb pasid', 'iotlb', 'nested', 0, 'did pasid'],
  ['pasid-iotlb pasid', 'first-stage', 'first-stage', 1, 'did pasid'],
  ['pasid-iotlb pasid', 'combined', 'nested', 1, 'did pasid'],
  ['pasid-iotlb pasid', 'second-stage', 'nested', 0, KEPT],
  ['pasid-iotlb page', 'iotlb', 'second-stage', 0, KEPT],
  ['pasid-iotlb page', 'iotlb', 'pass-through', 0, KEPT],
  ['pasid-iotlb page', 'iotlb', 'first-stage', 1, 'did pasid address'],
  ['pasid-iotlb page', 'iotlb', 'nested', 0, 'did pasid address'],
  ['pasid-iotlb page', 'first-stage', 'first-stage', 0, 'did pasid address'],
  ['pasid-iotlb page', 'first-stage', 'first-stage', 1, KEPT],
  ['pasid-iotlb page', 'combined', 'nested', 0, 'did pasid address'],
  ['pasid-iotlb page', 'combined', 'nested', 1, KEPT],
  ['pasid-iotlb page', 'second-stage', 'nested', 0, KEPT],
  ['host-permission global', 'host-permission', 'nested', 0, ''],
  ['host-permission domain', 'host-permission-leaf', 'nested', 0, 'did level'],
  ['host-permission page', 'host-permission', 'nested', 0, 'did address level'],
  ['host-permission global', 'iotlb', 'nested', 0, KEPT],
];

describe('an invalidation drops what the architecture says', () => {
  test.each(golden)('%s: %s entries, %s, IH=%d: %s', (descriptor, cache, entries, hint, expected) => {
    const [kind, granularity] = descriptor.split(' ') as [InvalidatingKind, Granularity];
    const legacy = entries === 'legacy';
    const { match } = matchCell(
      { kind, granularity, hint: hint === 1 },
      { cache: cacheNames.find((name) => name === cache)!, legacy, pgtt: legacy ? undefined : entries },
    );
    expect(match === 'untouched' ? KEPT : match.join(' ')).toBe(expected);
  });
});

test('every cell that can be looked up is a rule, and every cell can be looked up', () => {
  const met = new Set<string>();
  for (const kind of Object.keys(granularities) as InvalidatingKind[])
    for (const granularity of granularities[kind])
      for (const cache of cacheNames)
        for (const hint of [false, true])
          for (const pgtt of [undefined, 'first-stage', 'second-stage', 'nested', 'pass-through'] as const) {
            const { rule } = matchCell(
              { kind, granularity, hint },
              { cache, legacy: pgtt === undefined, pgtt },
            );
            expect(ruleOf(rule)?.id).toBe(rule);
            met.add(rule);
          }
  expect(matchCells.map(({ rule }) => rule).filter((rule) => !met.has(rule))).toEqual([]);
});

test('a cell that drops is an obligation, one that spares is a freedom', () => {
  for (const { rule, match } of matchCells)
    expect(ruleOf(rule)?.level, rule).toBe(match === 'untouched' ? 'may' : 'must');
});
