/** Streams about the queue alone, without requests: the same with bits, registers and places that are the first of all. */
import type { InvalidationCase, StreamStep } from '../../spec/schema.ts';
import { doesMore } from './stream-size.ts';

/** Where status words lie at first: behind a queue at 0. */
const STATUS = 0x1000n;
const WORD = 8n;
const WAIT = 5n;
const TYPE = 0xe0fn;
const GRANULARITY = 0x10n;
const GRANULARITIES = 0x30n;

export function* plainerQueues(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const { steps, translationEnabled } = testCase;
  if (steps.some(({ step }) => step === 'request')) return;
  if (translationEnabled) yield { ...testCase, translationEnabled: false };
  for (const [index, step] of steps.entries()) {
    if (step.step === 'read' && step.register !== 'FSTS') {
      yield { ...testCase, steps: steps.with(index, { step: 'read', register: 'FSTS' }) };
    }
    if (step.step === 'load' && step.address > STATUS) yield withStatusAt(testCase, step.address);
  }
  for (const [index, step] of steps.entries()) {
    if (step.step !== 'submit') continue;
    for (const [at, words] of step.descriptors.entries()) {
      for (const lower of [...withLowerFields(words), ...withLowerBit(words)]) {
        const descriptors = step.descriptors.with(at, lower);
        yield { ...testCase, steps: steps.with(index, { ...step, descriptors }) };
      }
    }
  }
}

/** Waits that write to the word at `from`, and loads of it, have the first place for it. */
function withStatusAt(testCase: InvalidationCase, from: bigint): InvalidationCase {
  const steps = testCase.steps.map((step): StreamStep => {
    if (step.step === 'load' && step.address === from) return { ...step, address: STATUS };
    if (step.step !== 'submit') return step;
    const moved = ([low = 0n, second = 0n, ...others]: readonly bigint[]): bigint[] => {
      const isThere =
        (low & TYPE) === WAIT && (second & 0xffff_ffffn & ~(WORD - 1n)) === (from & 0xffff_ffffn);
      return [low, isThere ? second - from + STATUS : second, ...others];
    };
    return { ...step, descriptors: step.descriptors.map(moved) };
  });
  return { ...testCase, steps };
}

/** A lower granularity, and a field of four bits that is 0: of some fields not every bit can be cleared alone. */
function* withLowerFields(words: readonly bigint[]): Iterable<bigint[]> {
  const [first = 0n] = words;
  if ((first & TYPE) === WAIT) return;
  for (let less = GRANULARITY; less < (first & GRANULARITIES); less += GRANULARITY) {
    yield words.with(0, (first & ~GRANULARITIES) | less);
  }
  for (let low = 12n; low < 64n; low += 4n) {
    const without = first & ~(0xfn << low);
    if (without !== first) yield words.with(0, without);
  }
}

/** The highest bit of a word at each lower place, the first place first; no plain wait becomes one that does more. */
function* withLowerBit(words: readonly bigint[]): Iterable<bigint[]> {
  for (const [at, word] of words.entries()) {
    if (word === 0n || (at === 0 && (word & TYPE) === WAIT)) continue;
    const top = word.toString(2).length - 1;
    const without = word & ~(1n << BigInt(top));
    for (let place = 0; place < top; place++) {
      const lower = without | (1n << BigInt(place));
      if (lower === without || (at === 0 && doesMore(lower) && !doesMore(word))) continue;
      yield words.with(at, lower);
    }
  }
}
