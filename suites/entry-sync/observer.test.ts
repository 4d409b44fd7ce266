import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { entrySyncCases } from '../../generators/entry-sync.ts';
import { ownProfiles } from '../../generators/profiles.ts';
import { type Writable, writableFormat } from '../../models/reference/writer-format.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';
import { judgedFormat } from './format.ts';
import { newInterval, observe } from './observer.ts';

type Words = readonly bigint[];

/** One store to any quantum: the old value, the new one, or a mix. */
const stores = fc.array(fc.tuple(fc.nat(7), fc.nat(3), fc.bigInt({ min: 0n, max: 2n ** 128n - 1n })), {
  maxLength: 5,
});
const reviewed = ownProfiles.filter(({ policies }) => policies.usedBits === 'reviewed');
const cases = entrySyncCases(reviewed.slice(0, 1));

interface History {
  readonly format: Writable;
  /** Memory after each store, the start first. */
  readonly states: readonly Words[];
}

/** Guest table, levels and both rights of a device table entry: without any of them a valid one lets nothing through. */
const AMD_RIGHTS = 0x6080_0000_0000_0e00n;
const AMD_TV = 2n;

function historyOf(
  { format, layout, from, to }: EntrySyncCase,
  drawn: readonly (readonly [number, number, bigint])[],
): History {
  const writable = writableFormat(format, layout);
  const states: Words[] = [from];
  for (const [index, kind, mix] of drawn) {
    const words = writable.quanta[index % writable.quanta.length]!;
    const next = [...states.at(-1)!];
    for (const word of words) {
      const mask = mix & (2n ** 64n - 1n);
      next[word] = [from[word]!, to[word]!, to[word]!, (from[word]! & mask) | (to[word]! & ~mask)][kind]!;
    }
    states.push(next);
  }
  return { format: writable, states };
}

/** Every view, one after the other, by the definition: no grouping, nothing left out. */
function everyView({ states }: History, pieceWords: number): Words[] {
  let views: Words[] = [[]];
  for (let start = 0; start < states[0]!.length; start += pieceWords) {
    const pieces = [...new Set(states.map((state) => state.slice(start, start + pieceWords).join()))];
    views = views.flatMap((view) => pieces.map((piece) => [...view, ...piece.split(',').map(BigInt)]));
  }
  return views;
}

function isGood(format: Writable, view: Words, old: Words, target: Words): boolean {
  const used = format.used(view);
  return [old, target].some((entry) => {
    const safe = format.safe(view, entry);
    return view.every((word, index) => ((word ^ entry[index]!) & used[index]! & ~safe[index]!) === 0n);
  });
}

function observed(testCase: EntrySyncCase, history: History, pieceWords: number) {
  const halves = (words: Words) =>
    new Uint32Array(new BigUint64Array([...words, ...Array(16 - words.length).fill(0n)]).buffer);
  const interval = newInterval();
  interval.start.set(halves(testCase.from));
  for (const [index, state] of history.states.entries()) {
    if (index === 0) continue;
    const before = history.states[index - 1]!;
    const changed = history.format.quanta.findIndex((words) =>
      words.some((word) => state[word] !== before[word]),
    );
    if (changed < 0) continue;
    const words = history.format.quanta[changed]!;
    interval.quanta[interval.count] = changed;
    interval.values.set(
      halves(words.map((word) => state[word]!)).subarray(0, words.length * 2),
      interval.count * 4,
    );
    interval.count++;
  }
  return observe(
    judgedFormat(testCase),
    interval,
    halves(testCase.from),
    halves(testCase.to),
    pieceWords * 2,
  );
}

test('sees a torn view exactly when one of all mixes is neither old nor new', () => {
  let torn = 0;
  fc.assert(
    fc.property(cases, stores, (testCase, drawn) => {
      const { from, to } = testCase;
      const history = historyOf(testCase, drawn);
      const blocks = (view: Words) =>
        testCase.format === 'amd-dte' && ((view[0]! & AMD_RIGHTS) === 0n || (view[0]! & AMD_TV) === 0n);
      const words = history.format.quanta[0]!.length;
      const format = judgedFormat(testCase);
      const valid = (view: Words) =>
        ((view[format.valid.half >> 1]! >> BigInt((format.valid.half & 1) * 32)) &
          BigInt(format.valid.mask)) !==
        0n;
      const bad = everyView(history, words).filter(
        (view) => valid(view) && !blocks(view) && !isGood(history.format, view, from, to),
      );
      const sighting = observed(testCase, history, words);
      expect(sighting.torn !== undefined).toBe(bad.length > 0);
      if (sighting.torn === undefined) return;
      torn++;
      const shown = [...new BigUint64Array(sighting.torn.buffer)].slice(0, from.length);
      expect(bad.map((view) => view.join())).toContain(shown.join());
    }),
    { numRuns: 1500, seed: 5 },
  );
  expect(torn).toBeGreaterThan(100);
});

test('a wider fetch sees no more than a narrower one', () => {
  fc.assert(
    fc.property(cases, stores, (testCase, drawn) => {
      if (testCase.format !== 'smmu-ste' && testCase.format !== 'smmu-cd') return true;
      const history = historyOf(testCase, drawn);
      const [narrow, wide] = [observed(testCase, history, 1), observed(testCase, history, 2)];
      return narrow.torn !== undefined || wide.torn === undefined;
    }),
    { numRuns: 1500, seed: 6 },
  );
});
