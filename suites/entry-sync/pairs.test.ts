import { describe, expect, test } from 'vitest';
import { runEntrySync as optimized } from '../../models/optimized/entry-sync.ts';
import { analyse, runEntrySync as reference } from '../../models/reference/entry-sync.ts';
import { explainPlan } from '../../models/reference/plan.ts';
import { writableFormat } from '../../models/reference/writer-format.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { EntrySyncCase, TraceEvent } from '../../spec/schema.ts';
import { judgeEntrySync } from './judge.ts';
import {
  cdPairs,
  missedPairs,
  type Pair,
  pasid,
  pasidPairs,
  stePairs,
  steStallPairs,
} from './pairs.fixture.ts';

function caseOf({ format, from, to }: Pair, usedBits: 'sound' | 'reviewed'): EntrySyncCase {
  const profile = { ...namedProfiles[0]!, policies: { usedBits } };
  return { area: 'entry-sync', profile, format, from: [...from], to: [...to] };
}

function traceText(trace: readonly TraceEvent[]): string {
  const number = (words: readonly bigint[]) =>
    words.reduce((sum, word, index) => sum + (word << BigInt(64 * index)), 0n).toString(16);
  const intervals: string[][] = [[]];
  for (const event of trace) {
    if (event.op === 'sync') intervals.push([]);
    else intervals.at(-1)!.push(`${event.quantum}:${number(event.value)}`);
  }
  return intervals
    .filter((stores) => stores.length > 0)
    .map((stores) => stores.join(' '))
    .join(' | ');
}

/** Whether memory holds an invalid entry at a sync, where V is bit `index` of word 0. */
function invalidSeen({ from }: Pair, trace: readonly TraceEvent[], index: bigint): boolean {
  let control = from[0]!;
  return trace.some((event) => {
    if (event.op === 'store' && event.quantum === 0) control = event.value[0]!;
    return event.op === 'sync' && ((control >> index) & 1n) === 0n;
  });
}

describe.each([
  ['reference', reference],
  ['optimized', optimized],
])('%s writer', (_model, run) => {
  describe.each([
    ['stream table entries of the KUnit tests', stePairs],
    ['stream table entries that stall', steStallPairs],
    ['context descriptors of the KUnit tests', cdPairs],
    ['PASID table entries', pasidPairs],
    ['updates that both lists miss', missedPairs],
  ])('%s', (_list, pairs) => {
    test.each(pairs.map((pair) => [pair.name, pair] as const))('%s', (_name, pair) => {
      const { trace } = run(caseOf(pair, 'reviewed'));
      const { from, to, format, syncs, path } = pair;
      expect(trace.filter(({ op }) => op === 'sync')).toHaveLength(syncs);
      expect(analyse(writableFormat(format, undefined), from, to).differing).toEqual(pair.differing);
      expect(explainPlan(format, from, to).path).toBe(path);
      const index = format === 'smmu-cd' ? 31n : 0n;
      const bothValid = ((from[0]! & to[0]!) >> index) & 1n;
      if (bothValid === 1n) expect(invalidSeen(pair, trace, index)).toBe(path === 'breaking');
      if (pair.trace !== undefined) expect(traceText(trace)).toBe(pair.trace);
      for (const policy of ['reviewed', 'sound'] as const) {
        expect(judgeEntrySync(caseOf(pair, policy), { trace }).mismatches).toEqual([]);
      }
    });
  });
});

test('FPD in an entry that is not present: the writer arrives, and only that and the syncs are judged', () => {
  for (const from of [pasid.none, pasid.second]) {
    const pair: Pair = { ...pasidPairs[0]!, from, to: pasid.fault };
    const observation = reference(caseOf(pair, 'reviewed'));
    expect(observation.trace.at(0)).toEqual({ op: 'store', quantum: 0, value: [2n, 0n] });
    expect(judgeEntrySync(caseOf(pair, 'reviewed'), observation).mismatches).toEqual([]);
  }
});
