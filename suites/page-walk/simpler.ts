/**
 * Simpler cases, most drastic first: no hook failure, fewer entries and remembered mappings, then lower
 * values: places of tables, ranges, bits. The number of words and mappings never grows and the sum of all
 * values falls with each step, but for an end that goes up to that of its page, from where it never leaves the
 * borders of pages, and for pages put in the order in which they are read: no chain goes on for ever.
 */

import { bits } from '../../spec/bits.ts';
import type { Mapping, PageWalkCase, RangeWalk, Replay } from '../../spec/schema.ts';
import { fine, type Lower } from '../core/lower-values.ts';
import { withRun } from '../core/trimmed-runs.ts';
import { inWalkOrder, lowerWalkIndices, lowerWalkPages } from './simpler-places.ts';

export function* simplerPageWalks(testCase: PageWalkCase): Iterable<PageWalkCase> {
  yield* simplerHook(testCase);
  yield* fewerWords(testCase);
  yield* fewerLevels(testCase);
  yield* shortCuts(testCase);
  yield* simplerWalks(testCase, coarse);
  yield* simplerWords(testCase, coarse);
  yield* targetsAtZero(testCase);
  yield* lowerWalkPages(testCase);
  yield* lowerWalkIndices(testCase);
  yield* inWalkOrder(testCase);
  yield* simplerWalks(testCase, fine);
  yield* simplerWords(testCase, fine);
}

/** Zero, or without upper bits, control bits, or all but pointer and rights. */
const coarse: Lower = (value) =>
  [0n, value & (bits(51, 12) | 3n), value & bits(51, 0), value & ~bits(11, 2)].filter(
    (lower) => lower !== value,
  );

function* simplerHook(testCase: PageWalkCase): Iterable<PageWalkCase> {
  const { hookFailure, ...rest } = testCase;
  if (hookFailure === undefined) return;
  yield rest;
  for (let at = 0; at < Math.min(hookFailure.at, 4); at++)
    yield { ...rest, hookFailure: { ...hookFailure, at } };
  if (hookFailure.error > 1) yield { ...rest, hookFailure: { ...hookFailure, error: 1 } };
}

function* fewerWords(testCase: PageWalkCase): Iterable<PageWalkCase> {
  const { memory } = testCase;
  for (const index of memory.keys()) yield { ...testCase, memory: memory.toSpliced(index, 1) };
  for (const [index, { words }] of memory.entries()) {
    for (const [at, word] of words.entries()) {
      if (word !== 0n && words.length > 1) yield withRun(testCase, index, words.with(at, 0n));
    }
  }
}

/** The second table becomes the top one. */
function* fewerLevels(testCase: PageWalkCase): Iterable<PageWalkCase> {
  const { walk, memory } = testCase;
  if (walk.kind !== 'range' || walk.levels === 3) return;
  const index = memory.findIndex(({ address, words }) => address === walk.top && words.length === 1);
  const entry = memory[index]?.words[0];
  if (entry === undefined) return;
  const levels = walk.levels === 5 ? 4 : 3;
  const below = { ...walk, top: entry & bits(51, 12), levels } as const;
  yield { ...testCase, memory: memory.toSpliced(index, 1), walk: below };
}

/** The one entry of a table stands where the pointer to that table stood. */
function* shortCuts(testCase: PageWalkCase): Iterable<PageWalkCase> {
  const { memory } = testCase;
  for (const [index, { words }] of memory.entries()) {
    const [pointer = 0n, ...more] = words;
    const table = pointer & bits(51, 12);
    const [only, another] = memory.filter(({ address }) => (address & ~bits(11, 0)) === table);
    const isAlone = another === undefined && more.length === 0 && only?.words.length === 1;
    if (only === undefined || !isAlone || only === memory[index]) continue;
    const changed = withRun(testCase, index, only.words);
    yield { ...changed, memory: changed.memory.filter((run) => run !== only) };
  }
}

function* simplerWords(testCase: PageWalkCase, lower: Lower): Iterable<PageWalkCase> {
  for (const [index, { words }] of testCase.memory.entries()) {
    for (const [at, word] of words.entries()) {
      // Reading is plainer than writing.
      const plainer = (word & 3n) === 2n ? [word ^ 3n] : [];
      for (const value of [...lower(word), ...plainer]) yield withRun(testCase, index, words.with(at, value));
    }
  }
}

/** What is remembered of a page, and the entry that maps it, lead to address 0. */
function* targetsAtZero(testCase: PageWalkCase): Iterable<PageWalkCase> {
  const { walk, memory } = testCase;
  if (walk.kind !== 'range' || walk.announced === undefined) return;
  for (const { target } of walk.announced) {
    if (target === 0n) continue;
    const moved = (word: bigint): bigint => ((word & bits(51, 12)) === target ? word - target : word);
    yield {
      ...testCase,
      memory: memory.map(({ address, words }) => ({ address, words: words.map(moved) })),
      walk: {
        ...walk,
        announced: walk.announced.map((mapping) => ({ ...mapping, target: moved(mapping.target) })),
      },
    };
  }
}

function* simplerWalks(testCase: PageWalkCase, lower: Lower): Iterable<PageWalkCase> {
  const { walk } = testCase;
  const walks = walk.kind === 'range' ? simplerRanges(walk, lower) : simplerReplays(walk, lower);
  for (const simpler of walks) yield { ...testCase, walk: simpler };
}

function* simplerReplays(walk: Replay, lower: Lower): Iterable<Replay> {
  if (walk.translationEnabled) yield { ...walk, translationEnabled: false };
  for (const sourceId of lower(BigInt(walk.sourceId))) yield { ...walk, sourceId: Number(sourceId) };
  for (const rtaddr of lower(walk.rtaddr)) yield { ...walk, rtaddr };
}

function* simplerRanges(walk: RangeWalk, lower: Lower): Iterable<RangeWalk> {
  const { announced, ...plain } = walk;
  if (announced) {
    yield plain;
    for (const index of announced.keys()) yield { ...walk, announced: announced.toSpliced(index, 1) };
  }
  if (walk.notifyUnmapped) yield { ...walk, notifyUnmapped: false };
  if (walk.levels === 5) yield { ...walk, levels: 4 };
  if (walk.levels > 3) yield { ...walk, levels: 3 };
  // A page at the start is the plainest range.
  if (walk.end > walk.start + PAGE) yield { ...walk, end: walk.start + PAGE };
  if (walk.start > PAGE && walk.end > 2n * PAGE) yield { ...walk, start: PAGE, end: 2n * PAGE };
  for (const start of lower(walk.start)) yield { ...walk, start };
  const beyond = walk.end % PAGE;
  if (beyond > 0n) yield { ...walk, end: walk.end - beyond + PAGE };
  for (const end of lower(walk.end)) yield { ...walk, end };
  for (const top of lower(walk.top)) yield { ...walk, top };
  for (const [index, mapping] of (announced ?? []).entries()) {
    for (const simpler of [...nextTo(announced?.[index - 1], mapping), ...simplerMappings(mapping, lower)]) {
      const others = announced?.with(index, simpler) ?? [];
      if (isDisjoint(others)) yield { ...walk, announced: others };
    }
  }
}

const PAGE = 4096n;

/** Where the mapping before it ends. */
function nextTo(before: Mapping | undefined, mapping: Mapping): readonly Mapping[] {
  const iova = before === undefined ? 0n : before.iova + before.size;
  return iova < mapping.iova ? [{ ...mapping, iova }] : [];
}

function* simplerMappings(mapping: Mapping, lower: Lower): Iterable<Mapping> {
  if (mapping.size > PAGE) yield { ...mapping, size: PAGE };
  for (const iova of lower(mapping.iova)) yield { ...mapping, iova };
  for (const target of lower(mapping.target)) yield { ...mapping, target };
  if (!mapping.read || !mapping.write) return; // What has no right is never announced.
  yield { ...mapping, read: false };
  yield { ...mapping, write: false };
}

function isDisjoint(mappings: readonly Mapping[]): boolean {
  return mappings.every(({ iova }, index) => {
    const before = mappings[index - 1];
    return before === undefined || iova >= before.iova + before.size;
  });
}
