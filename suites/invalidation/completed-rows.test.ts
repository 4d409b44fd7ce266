import { describe, expect, test } from 'vitest';
import { encode, encodeWait, type Selector } from '../../generators/invalidation-descriptors.ts';
import { StreamModel } from '../../models/reference/invalidation/stream-model.ts';
import { sequenceRows } from '../../spec/invalidation/sequences.ts';
import type { InvalidationCase } from '../../spec/schema.ts';
import { completedRows, storesBefore } from './completed-rows.ts';
import { scenarioOf } from './required-sequences-changes.fixture.ts';

/** Rules of rows that the requests after `sequence` test. */
function rowsTested(
  row: string,
  seed: number,
  choose: (sequence: readonly Selector[]) => readonly Selector[],
  wait: boolean,
) {
  const { profile, rtaddr, memory, stores, sequence, requests } = scenarioOf(row, seed);
  const descriptors = [...choose(sequence).map(encode), ...(wait ? [encodeWait({ fence: true })] : [])];
  const testCase: InvalidationCase = {
    ...{ area: 'invalidation', profile, rtaddr, translationEnabled: true, memory },
    iqa: 0x8000n | ((rtaddr & 0xc00n) === 0n ? 0n : 0x800n),
    steps: [
      ...stores.map((store) => ({ step: 'store', ...store }) as const),
      ...(descriptors.length > 0 ? [{ step: 'submit', descriptors } as const] : []),
      ...requests.map((request) => ({ step: 'request', request }) as const),
    ],
  };
  const model = new StreamModel(testCase);
  const rules = new Set<string>();
  for (const index of testCase.steps.keys()) {
    const expectation = model.next();
    if (expectation.kind !== 'request') continue;
    for (const gone of expectation.gone)
      for (const rule of completedRows(testCase, index, storesBefore(testCase, index), gone)) rules.add(rule);
  }
  return rules;
}

const seeds = [3, 8, 11, 12, 17, 29, 40, 51];

describe.each(sequenceRows.map(({ row, rule }) => [row, rule] as const))('row %s', (row, rule) => {
  test('is tested by its change, its sequence, a wait and a request', () => {
    expect(seeds.some((seed) => rowsTested(row, seed, (all) => all, true).has(rule))).toBe(true);
  });

  test('is not tested without the wait, or without the last step', () => {
    for (const seed of seeds.slice(0, 3)) {
      expect(rowsTested(row, seed, (all) => all, false)).not.toContain(rule);
      expect(rowsTested(row, seed, () => [], true)).not.toContain(rule);
    }
  });
});
