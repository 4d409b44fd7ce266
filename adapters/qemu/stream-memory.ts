/**
 * The memory of a stream, as the machine needs it. Beside what it holds at the start there is what comes
 * later: lines that are stored to or loaded are owned from the start, so that they hold zeros where a case says
 * nothing; descriptors and the status that a wait writes only have to be taken away again.
 */
import type { InvalidationCase } from '../../spec/schema.ts';
import {
  type CaseMemory,
  describeMemory,
  freePlace,
  LINE_WORDS,
  lineOf,
  placeOf,
  putWords,
  targetsOf,
} from './case-memory.ts';
import { isObserved } from './layout.ts';
import { QueueMemory } from './queue-memory.ts';

export interface StreamMemory extends CaseMemory {
  /** Lines that may hold something else than their markers after the stream. */
  readonly touched: readonly bigint[];
  /** By page of a queue, the places of its lines that hold descriptors. */
  readonly queuePlaces: ReadonlyMap<bigint, ReadonlySet<number>>;
}

/** Lays out the words of `testCase`. */
export function layOutStream(testCase: InvalidationCase): StreamMemory {
  const { profile, rtaddr, steps } = testCase;
  const lines = new Map<bigint, bigint[]>();
  const stores = storesOf(testCase);
  const loads = steps.flatMap((step) => (step.step === 'load' ? [step.address] : []));
  for (const address of [...stores.map((store) => store.address), ...loads]) {
    if (isObserved(address)) lines.set(lineOf(address), new Array<bigint>(LINE_WORDS).fill(0n));
  }
  putWords(lines, testCase.memory);
  const roots = steps.flatMap((step) =>
    step.step === 'write' && step.register === 'RTADDR' ? [step.value] : [],
  );
  const stored = stores.flatMap(({ words }) => words);
  const memory = describeMemory(lines, [...lines.values()].flat().concat(stored), profile.haw, [
    rtaddr,
    ...roots,
  ]);
  const queue = [...descriptorWords(testCase).keys()].filter(isObserved).map(lineOf);
  const status = statusLines(testCase, stored);
  return {
    ...memory,
    usedPlaces: new Set([...memory.usedPlaces, ...status.map(placeOf)]),
    touched: [...new Set([...lines.keys(), ...queue, ...status])],
    queuePlaces: placesByPage(queue),
  };
}

/**
 * Where a request for `address` can be made without meeting a word of the case: the queue counts only if some
 * entry could lead there. Undefined: nowhere.
 */
export function streamPlace(memory: StreamMemory, address: bigint): bigint | undefined {
  const met = targetsOf(memory, address).flatMap((target) => [
    ...(memory.queuePlaces.get(target >> 12n) ?? []),
  ]);
  if (met.length === 0) return freePlace(memory, address);
  return freePlace({ usedPlaces: new Set([...memory.usedPlaces, ...met]) }, address);
}

/** Stores of their own and stores during requests. */
function storesOf({ steps }: InvalidationCase): readonly { address: bigint; words: readonly bigint[] }[] {
  return steps.flatMap((step) => {
    if (step.step === 'store') return [step];
    return step.step === 'request' ? (step.during ?? []) : [];
  });
}

/** Every word that a submission puts somewhere. */
function descriptorWords({ iqa = 0n, steps }: InvalidationCase): ReadonlyMap<bigint, bigint> {
  const queue = new QueueMemory(iqa);
  const all = new Map<bigint, bigint>();
  for (const step of steps) {
    if (step.step === 'write' && step.register === 'IQA') queue.writeAddress(step.value);
    if (step.step === 'write' && step.register === 'IQT') queue.writeTail(step.value);
    if (step.step !== 'submit') continue;
    for (const [address, word] of queue.submit(step.descriptors, step.times ?? 1).words)
      all.set(address, word);
  }
  return all;
}

/** Lines where a wait could write its status: its second word says where, and nobody knows what a store means. */
function statusLines({ profile, steps }: InvalidationCase, stored: readonly bigint[]): readonly bigint[] {
  const inWidth = (1n << BigInt(profile.haw)) - 1n;
  const submitted = steps.flatMap((step) =>
    step.step === 'submit' ? step.descriptors.flatMap(([, second = 0n]) => [second]) : [],
  );
  return [...stored, ...submitted].map((word) => lineOf(word & inWidth)).filter(isObserved);
}

function placesByPage(lines: readonly bigint[]): ReadonlyMap<bigint, ReadonlySet<number>> {
  const places = new Map<bigint, Set<number>>();
  for (const line of lines) {
    const page = line >> 12n;
    const known = places.get(page) ?? new Set();
    places.set(page, known.add(placeOf(line)));
  }
  return places;
}
