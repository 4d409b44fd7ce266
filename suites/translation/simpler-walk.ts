/**
 * Steps along the walk of the first request: PASID 0, a level less, a large page where a small one was, a read where
 * a write was.
 */

import { walkTrace } from '../../models/reference/translation.ts';
import type { Step } from '../../models/reference/walk.ts';
import { bits, extract, insert } from '../../spec/bits.ts';
import { contextLegacy, contextScalable } from '../../spec/layouts/context.ts';
import { fieldOf, type Layout } from '../../spec/layouts/layout.ts';
import { pasidDirectory, pasidTable } from '../../spec/layouts/pasid.ts';
import type { TranslationCase } from '../../spec/schema.ts';

const POINTER = bits(51, 12);
/** PS, in entries of both stages. */
const PAGE_SIZE = 1n << 7n;
const FIRST_STAGE_ACCESSED = 0x20n;
const RIGHTS = 3n;
const WRITE_ONLY = 2n;

/** Cases with simpler structures on the way of the first request. */
export function* simplerWalks(testCase: TranslationCase): Iterable<TranslationCase> {
  const steps = walkTrace(testCase, 0);
  const find = ({ title }: Layout): Step | undefined => steps.find(({ name }) => name === title);
  yield* pasidZero(testCase, find(contextScalable), find(pasidDirectory), find(pasidTable));
  yield* fewerLevels(testCase, steps);
  yield* shortCuts(testCase, steps);
  yield* largerPages(testCase, steps);
  yield* flagsInAdvance(testCase, steps);
  if (testCase.requests.some(({ op }) => op === 'write') || hasWriteOnly(testCase)) yield asReads(testCase);
}

function* pasidZero(
  testCase: TranslationCase,
  context: Step | undefined,
  directory: Step | undefined,
  table: Step | undefined,
): Iterable<TranslationCase> {
  const { word, high, low } = fieldOf(contextScalable, 'RID_PASID');
  const held = context?.words?.[word];
  if (context === undefined || held === undefined || extract(held, high, low) === 0n) return;
  const pasid = extract(held, high, low);
  const moves = new Map([
    [directory?.address, (directory?.address ?? 0n) - 8n * (pasid >> 6n)],
    [table?.address, (table?.address ?? 0n) - 64n * (pasid & 63n)],
  ]);
  const changed = withWord(testCase, context.address, word, insert(held, high, low, 0n));
  const memory = changed.memory.map((run) => ({ ...run, address: moves.get(run.address) ?? run.address }));
  yield { ...changed, memory };
}

/** The table below the top one becomes the top, and AW one less. */
function* fewerLevels(testCase: TranslationCase, steps: readonly Step[]): Iterable<TranslationCase> {
  const first = steps.findIndex(({ name }) => name.startsWith('Second-stage'));
  const [entry, top, below] = [steps[first - 1], steps[first], steps[first + 1]];
  const layout = entry?.name === pasidTable.title ? pasidTable : contextLegacy;
  const aw = fieldOf(layout, 'AW');
  const [pointer, width, next] = [entry?.words?.[0], entry?.words?.[aw.word], top?.words?.[0]];
  if (!entry || !top || !below || pointer === undefined || width === undefined || next === undefined) return;
  const levels = extract(width, aw.high, aw.low);
  if (levels < 2n) return;
  const memory = testCase.memory.filter(({ address }) => address !== top.address);
  const lower = (word: bigint): bigint => insert(word, aw.high, aw.low, levels - 1n);
  const moved = (pointer & ~POINTER) | (next & POINTER);
  const inOneWord = aw.word === 0;
  const changed = withWord({ ...testCase, memory }, entry.address, 0, inOneWord ? lower(moved) : moved);
  yield inOneWord ? changed : withWord(changed, entry.address, aw.word, lower(width));
}

/** An entry stands where a pointer to its table stood, as it is: what is wrong with it may be wrong there too. */
function* shortCuts(testCase: TranslationCase, steps: readonly Step[]): Iterable<TranslationCase> {
  for (const { address, name, words } of steps) {
    const pointer = words?.[0];
    if (pointer === undefined || !isOfPaging(name)) continue;
    const next = steps.find(
      (step) => step.name !== name && isOfTable(step, pointer) && isOfPaging(step.name),
    );
    const [word] = next?.words ?? [];
    const memory = testCase.memory.filter((run) => run.address !== next?.address);
    if (word === undefined || next?.address === address || memory.length === testCase.memory.length) continue;
    if (next?.name.slice(0, 5) === name.slice(0, 5))
      yield withWord({ ...testCase, memory }, address, 0, word);
  }
}

function isOfPaging(name: string): boolean {
  return /^(First|Second)-stage/.test(name);
}

function isOfTable({ address }: Step, pointer: bigint): boolean {
  return (address & ~0xfffn) === (pointer & POINTER);
}

/** Flags that are set already, accessed alone or dirty too, which need no walk to be snooped. */
function* flagsInAdvance(testCase: TranslationCase, steps: readonly Step[]): Iterable<TranslationCase> {
  const entry = steps.find(({ name }) => name === pasidTable.title);
  const { word, high, low } = fieldOf(pasidTable, 'PWSNP');
  const held = entry?.words?.[word];
  if (entry === undefined || held === undefined || extract(held, high, low) === 0n) return;
  const of = (stage: string) =>
    new Set(steps.filter(({ name }) => name.startsWith(stage)).map(({ address }) => address));
  const [first, second] = [of('First'), of('Second')];
  for (const flags of [0x100n, 0x300n]) {
    const memory = testCase.memory.map(({ address, words }) => {
      const set = (one: bigint, index: number) => {
        const at = address + BigInt(8 * index);
        return one | (first.has(at) ? FIRST_STAGE_ACCESSED : 0n) | (second.has(at) ? flags : 0n);
      };
      return { address, words: words.map(set) };
    });
    yield withWord({ ...testCase, memory }, entry.address, word, insert(held, high, low, 0n));
  }
}

/** A large page, at 0 or where the page was, stands where a pointer stood, with the flags of what that table held. */
function* largerPages(testCase: TranslationCase, steps: readonly Step[]): Iterable<TranslationCase> {
  for (const { address, name, words } of steps) {
    const pointer = words?.[0];
    if (pointer === undefined || !isDirectory(name)) continue;
    const table = pointer & POINTER;
    const page = steps.find((step) => step.name !== name && isOfTable(step, pointer))?.words?.[0];
    const others = testCase.memory.filter((run) => (run.address & ~0xfffn) !== table);
    // A table may lead to itself.
    const isItself = (address & ~0xfffn) === table;
    const memory = isItself ? testCase.memory : others;
    const isAlone = others.length === testCase.memory.length - 1;
    if (page === undefined || !isAlone || (!isItself && (page & POINTER) >= pointer)) continue;
    for (const large of [page & ~POINTER, page].map((word) => word | PAGE_SIZE)) {
      if (large < pointer) yield withWord({ ...testCase, memory }, address, 0, large);
    }
  }
}

/** An entry that may point to a table or be a page: of levels 2 and 3. */
function isDirectory(name: string): boolean {
  return /stage page directory( pointer)? entry$/.test(name);
}

/** Rights to write alone become rights to read alone, and every request a read. */
function asReads(testCase: TranslationCase): TranslationCase {
  return {
    ...testCase,
    memory: testCase.memory.map(({ address, words }) => ({
      address,
      words: words.map((word) => ((word & RIGHTS) === WRITE_ONLY ? word ^ RIGHTS : word)),
    })),
    requests: testCase.requests.map((request) => ({ ...request, op: 'read' })),
  };
}

function hasWriteOnly({ memory }: TranslationCase): boolean {
  return memory.some(({ words }) => words.some((word) => (word & RIGHTS) === WRITE_ONLY));
}

/** The case with another word at `address` + 8 * `index`, if a run holds it. */
function withWord(testCase: TranslationCase, address: bigint, index: number, word: bigint): TranslationCase {
  const place = address + BigInt(8 * index);
  return {
    ...testCase,
    memory: testCase.memory.map((run) => {
      const at = Number(place - run.address) / 8;
      return at >= 0 && at < run.words.length ? { ...run, words: run.words.with(at, word) } : run;
    }),
  };
}
