/** Cases in which a PASID of a device is lower, and what it leads to lies lower in directory and table. */
import { bits, extract, insert } from '../../spec/bits.ts';
import type { BindingCase, BindingStep, MemoryRun } from '../../spec/schema.ts';
import { contextOf } from './simpler-places.ts';

const PRESENT = 1n;
const POINTER = bits(51, 12);
const PASIDS_PER_TABLE = 64n;
/** Entries of a directory of size 0 (PDTS, 9.4). */
const SMALLEST_DIRECTORY = 128n;
/** PASID-based IOTLB and PASID-cache invalidations (6.5.2.2, 6.5.2.4). */
const WITH_PASID = [6n, 7n];

interface Way {
  /** Where the directory begins, the table that it leads to, and the place of the context entry. */
  readonly directory: bigint;
  readonly table: bigint;
  readonly context: bigint;
  readonly pasid: bigint;
}

export function* lowerPasids(testCase: BindingCase): Iterable<BindingCase> {
  for (const way of ways(testCase)) {
    const [upper, lower] = [way.pasid / PASIDS_PER_TABLE, way.pasid % PASIDS_PER_TABLE];
    const lowest = isOfRequester(testCase, way) ? [0n, 1n] : [1n];
    const others = upTo(upper).flatMap((index) => upTo(lower).map((rest) => index * PASIDS_PER_TABLE + rest));
    for (const to of new Set([...lowest, ...others.filter((pasid) => pasid > 0n)])) {
      if (to < way.pasid) yield* withPasid(testCase, way, to);
    }
  }
}

/** It is in RID_PASID, and nothing stands where its table has the entry of its first PASID: it may be that one. */
function isOfRequester(testCase: BindingCase, { context, table, pasid }: Way): boolean {
  const runs = runsOf(testCase);
  return (
    extract(wordAt(runs, context + 8n), 19, 0) === pasid && wordsIn(runs, table, table + 64n).length === 0
  );
}

/** The plainest first. */
function upTo(most: bigint): readonly bigint[] {
  return [...new Set([0n, most < 1n ? most : 1n, most])];
}

/**
 * To each PASID but 0 that the tables in memory have an entry for, or a store writes one. What is not present leads
 * nowhere: another device's context table is no PASID table.
 */
function* ways(testCase: BindingCase): Iterable<Way> {
  const runs = runsOf(testCase);
  for (const { sourceId } of testCase.devices) {
    const context = contextOf(testCase, sourceId);
    const low = context === undefined ? 0n : wordAt(runs, context);
    if (context === undefined || (low & PRESENT) === 0n) continue;
    const directory = low & POINTER;
    const entries = SMALLEST_DIRECTORY << extract(low, 11, 9);
    for (const [place, word] of wordsIn(runs, directory, directory + 8n * entries)) {
      if ((word & PRESENT) === 0n) continue;
      const table = word & POINTER;
      for (const [entry] of wordsIn(runs, table, table + 64n * PASIDS_PER_TABLE)) {
        const pasid = ((place - directory) / 8n) * PASIDS_PER_TABLE + (entry - table) / 64n;
        if (pasid > 0n) yield { directory, table, context, pasid };
      }
    }
  }
}

/** None where the directory leads to a higher table there. */
function* withPasid(
  testCase: BindingCase,
  { directory, table, context, pasid }: Way,
  to: bigint,
): Iterable<BindingCase> {
  const entryOf = (of: bigint) => directory + 8n * (of / PASIDS_PER_TABLE);
  const tableEntryOf = (of: bigint) => 64n * (of % PASIDS_PER_TABLE);
  // Where the directory leads there already, else this table is led to from there.
  const led = entryOf(to) === entryOf(pasid) ? 0n : wordAt(runsOf(testCase), entryOf(to));
  const isLed = (led & PRESENT) !== 0n;
  const toTable = isLed ? led & POINTER : table;
  if (toTable > table) return;
  const place = (address: bigint): bigint => {
    if (!isLed && address === entryOf(pasid)) return entryOf(to);
    const offset = address - table - tableEntryOf(pasid);
    return offset >= 0n && offset < 64n ? toTable + tableEntryOf(to) + offset : address;
  };
  const moved = <R extends MemoryRun>(run: R): R => ({
    ...run,
    address: place(run.address),
    // RID_PASID.
    words: run.words.map((word, at) =>
      run.address + BigInt(8 * at) === context + 8n && extract(word, 19, 0) === pasid
        ? insert(word, 19, 0, to)
        : word,
    ),
  });
  const steps = testCase.steps.map((step): BindingStep => {
    if (step.step === 'store') return moved(step);
    if (step.step !== 'invalidate') return step;
    const [low = 0n] = step.descriptor;
    if (!WITH_PASID.includes(extract(low, 3, 0)) || extract(low, 51, 32) !== pasid) return step;
    return { ...step, descriptor: step.descriptor.with(0, insert(low, 51, 32, to)) };
  });
  yield { ...testCase, memory: testCase.memory.map(moved), steps };
}

function runsOf({ memory, steps }: BindingCase): readonly MemoryRun[] {
  return [...memory, ...steps.filter((step) => step.step === 'store')];
}

function wordAt(runs: readonly MemoryRun[], address: bigint): bigint {
  return wordsIn(runs, address, address + 8n)[0]?.[1] ?? 0n;
}

/** Words that are not zero from `start` on and before `end`, each with its address. */
function wordsIn(
  runs: readonly MemoryRun[],
  start: bigint,
  end: bigint,
): readonly (readonly [address: bigint, word: bigint])[] {
  return runs.flatMap(({ address, words }) =>
    words
      .map((word, at) => [address + BigInt(8 * at), word] as const)
      .filter(([place, word]) => word !== 0n && place >= start && place < end),
  );
}
