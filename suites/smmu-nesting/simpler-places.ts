/** Simpler cases by place and order: tables in lower pages, stores as memory, steps as one or in one order. */
import { bits } from '../../spec/bits.ts';
import type { MemoryRun, SmmuNestingCase, SmmuStep } from '../../spec/schema.ts';
import { trimmed } from '../core/trimmed-runs.ts';

const PAGE = 4096n;
const ADDRESS = bits(51, 12);

/** Two steps as one, a store or a stream table as what was there before, a device plugged when SMMUEN is set. */
export function* fewerMoments(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { steps, memory } = testCase;
  for (const [at, step] of steps.entries()) {
    const next = steps[at + 1];
    const without = { ...testCase, steps: steps.toSpliced(at, 1) };
    if (step.step === 'store' && steps.length > 1) {
      const written = { address: step.address, words: step.words };
      yield { ...without, memory: withWords(memory, written) };
    }
    if (step.step === 'stream-table' && steps.length > 1) {
      yield { ...without, streamTable: { base: step.base, config: step.config } };
    }
    if (step.step === 'acknowledge' && step.commands) {
      yield { ...testCase, steps: steps.with(at, { step: 'commands', commands: step.commands }) };
    }
    if (next === undefined) continue;
    const one = merged(step, next);
    if (one) yield { ...testCase, steps: steps.toSpliced(at, 2, one) };
    if (step.step === 'plug' && next.step === 'enable' && next.on) {
      yield* withFewerCalls({ ...testCase, steps: steps.toSpliced(at, 2, next, step) });
    }
  }
}

/** What a device costs that is bound anew: a table made, attached, the old one freed, descriptors dropped. */
const MOST_CALLS = 4;

/** `testCase`, and with failures, all or the later ones, some calls earlier: fewer steps make fewer calls. */
export function* withFewerCalls(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  yield testCase;
  const { failing } = testCase;
  for (const [first, { call }] of failing.entries()) {
    const least = (failing[first - 1]?.call ?? -1) + 1;
    for (let fewer = 1; fewer <= MOST_CALLS && call - fewer >= least; fewer++) {
      const earlier = failing.map((one, index) => (index < first ? one : { ...one, call: one.call - fewer }));
      yield { ...testCase, failing: earlier };
    }
  }
}

/** A linear table in place of two levels, and one of two entries whose base has a bit that counts for nothing. */
export function* lowerLevels(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { streamTable, memory, steps } = testCase;
  const log2 = streamTable.config & bits(5, 0);
  for (let lower = 0n; lower < log2; lower++) {
    yield { ...testCase, streamTable: { ...streamTable, config: streamTable.config - log2 + lower } };
  }
  if (streamTable.config === log2) {
    const stored = steps.flatMap((step) => (step.step === 'store' ? [step.address] : []));
    for (const address of [...memory.map((run) => run.address), ...stored]) {
      const odd = { base: (address & ADDRESS) | 0x40n, config: 1n };
      if (odd.base < streamTable.base && log2 > 0n) yield { ...testCase, streamTable: odd };
    }
    return;
  }
  for (const [at, { words }] of memory.entries()) {
    const base = (words[0] ?? 0n) & ADDRESS;
    yield { ...testCase, streamTable: { base, config: log2 }, memory: memory.toSpliced(at, 1) };
  }
}

function merged(step: SmmuStep, next: SmmuStep): SmmuStep | undefined {
  if (step.step !== 'commands' || next.step !== 'commands') return undefined;
  return { step: 'commands', commands: [...step.commands, ...next.commands] };
}

/** `memory` with the words of `run` over what was there. */
function withWords(memory: readonly MemoryRun[], run: MemoryRun): MemoryRun[] {
  const words = new Map<bigint, bigint>();
  for (const { address, words: all } of [...memory, run]) {
    for (const [index, word] of all.entries()) words.set(address + BigInt(8 * index), word);
  }
  const runs: { address: bigint; words: bigint[] }[] = [];
  for (const [address, word] of [...words].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const last = runs.at(-1);
    const follows = last !== undefined && last.address + BigInt(8 * last.words.length) === address;
    if (follows && address % 64n !== 0n) last.words.push(word);
    else runs.push({ address, words: [word] });
  }
  return runs.flatMap(({ address, words: all }) => trimmed(address, all));
}

/** The stream table lies at the start of its page, and its entries with it. */
function* atStartOfPage(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { streamTable, memory, steps } = testCase;
  const base = streamTable.base & bits(51, 6);
  const offset = base % PAGE;
  if (offset === 0n) return;
  const moved = (address: bigint) =>
    address >= base && address < base - offset + PAGE ? address - offset : address;
  yield {
    ...testCase,
    streamTable: { ...streamTable, base: streamTable.base - offset },
    memory: memory.map((run) => ({ ...run, address: moved(run.address) })),
    steps: steps.map((step) => (step.step === 'store' ? { ...step, address: moved(step.address) } : step)),
  };
}

/** One page of tables lies lower, and what points to it along with it. */
export function* lowerPages(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { memory, steps, streamTable, profile } = testCase;
  const stored = steps.flatMap((step) =>
    step.step === 'store' ? [step.address] : step.step === 'stream-table' ? [step.base] : [],
  );
  const addresses = [streamTable.base, ...memory.map(({ address }) => address), ...stored];
  const used = new Set(addresses.map((address) => address & ADDRESS));
  const lowest = (profile.backed[0]?.start ?? 0n) & ADDRESS;
  yield* atStartOfPage(testCase);
  for (const page of [...used].toSorted((a, b) => (a < b ? -1 : 1))) {
    let free = lowest + PAGE;
    while (used.has(free)) free += PAGE;
    if (free < page) yield withPage(testCase, page, free);
  }
}

function withPage(testCase: SmmuNestingCase, from: bigint, to: bigint): SmmuNestingCase {
  const moved = (word: bigint): bigint => ((word & ADDRESS) === from ? (word & ~ADDRESS) | to : word);
  const { streamTable } = testCase;
  return {
    ...testCase,
    streamTable: { ...streamTable, base: moved(streamTable.base) },
    memory: testCase.memory.map(({ address, words }) => ({
      address: moved(address),
      words: words.map(moved),
    })),
    steps: testCase.steps.map((step): SmmuStep => {
      if (step.step === 'stream-table') return { ...step, base: moved(step.base) };
      if (step.step !== 'store') return step;
      return { ...step, address: moved(step.address), words: step.words.map(moved) };
    }),
  };
}
