/**
 * Streams about the queue alone, without requests: the same with bits, registers and places that are the first of all,
 * and with submissions as early as they may be.
 */
import type { InvalidationCase, StreamStep } from '../../spec/schema.ts';
import { withPage } from './simpler-pages.ts';
import { doesMore } from './stream-size.ts';

/** Where status words lie at first: behind a queue at 0. */
const STATUS = 0x1000n;
const WORD = 8n;
/** DW of IQA: slots of 256 bits; bytes of the others. */
const WIDE = 0x800n;
const SLOT = 16n;
const PAGE_MASK = ~0xfffn;
/** TE of GCMD (11.4.4). */
const TRANSLATION_ENABLE = 1n << 31n;
/** The lowest bit of the status that a wait writes. */
const STATUS_DATA = 32;
const WAIT = 5n;
const TYPE = 0xe0fn;
const LAST_TYPE = 10n;
const GRANULARITY = 0x10n;
const GRANULARITIES = 0x30n;

export function* plainerQueues(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const { steps, iqa = 0n, translationEnabled } = testCase;
  if (steps.some(({ step }) => step === 'request')) return;
  if (translationEnabled) yield withoutTranslation(testCase);
  // No table is read: the queue may lie where the root table does.
  if ((iqa & PAGE_MASK) !== 0n) yield withPage(testCase, iqa & PAGE_MASK, 0n);
  for (const [index, step] of steps.entries()) {
    if (step.step === 'read' && step.register !== 'FSTS') {
      yield { ...testCase, steps: steps.with(index, { step: 'read', register: 'FSTS' }) };
    }
    if (step.step === 'load' && step.address > STATUS) yield withStatusAt(testCase, step.address);
  }
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1];
    if (step.step === 'submit' && before !== undefined && before.step !== 'submit') {
      yield { ...testCase, steps: steps.toSpliced(index - 1, 2, step, before) };
    }
  }
  yield* byTheTail(testCase);
  for (const [index, step] of steps.entries()) {
    if (step.step !== 'submit') continue;
    for (const [at, words] of step.descriptors.entries()) {
      for (const lower of [...ofLowerType(words), ...withLowerFields(words), ...withLowerBit(words)]) {
        const descriptors = step.descriptors.with(at, lower);
        yield { ...testCase, steps: steps.with(index, { ...step, descriptors }) };
      }
    }
  }
}

function withoutTranslation(testCase: InvalidationCase): InvalidationCase {
  const steps = testCase.steps.map(
    (step): StreamStep =>
      step.step === 'write' && step.register === 'GCMD'
        ? { ...step, value: step.value & ~TRANSLATION_ENABLE }
        : step,
  );
  return { ...testCase, translationEnabled: false, steps };
}

/** A tail of 0 in place of a submission, one of no type in place of it or of a tail, and a tail lower down. */
function* byTheTail(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const { steps, iqa = 0n } = testCase;
  const slot = (iqa & WIDE) === 0n ? SLOT : 2n * SLOT;
  const withStep = (index: number, step: StreamStep): InvalidationCase => ({
    ...testCase,
    steps: steps.with(index, step),
  });
  for (const [index, step] of steps.entries()) {
    const isTail = step.step === 'write' && step.register === 'IQT';
    if (step.step === 'submit') yield withStep(index, { step: 'write', register: 'IQT', value: 0n });
    if (
      step.step === 'submit' ? step.descriptors.flat().some((word) => word !== 0n) : isTail && step.value > 0n
    )
      yield withStep(index, { step: 'submit', descriptors: [[0n, 0n]] });
    if (isTail && step.value > slot) yield withStep(index, { ...step, value: slot });
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

/** Nothing but a lower type. */
function* ofLowerType(words: readonly bigint[]): Iterable<bigint[]> {
  const [first = 0n] = words;
  for (let type = 0n; type <= LAST_TYPE && type < first; type++) yield [type, 0n];
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

/**
 * The highest bit of a word at each lower place, the first place first, and each other one a place lower; no plain wait
 * becomes one that does more.
 */
function* withLowerBit(words: readonly bigint[]): Iterable<bigint[]> {
  for (const [at, word] of words.entries()) {
    // Of a wait the status alone: its other bits say what it is.
    const first = at === 0 && (word & TYPE) === WAIT ? STATUS_DATA : 0;
    for (const [from, to] of lowerPlaces(word, first)) {
      const lower = (word & ~(1n << BigInt(from))) | (1n << BigInt(to));
      if (at === 0 && doesMore(lower) && !doesMore(word)) continue;
      yield words.with(at, lower);
    }
  }
}

/** Places of bits of `word` from `first` on, and free ones below them. */
function* lowerPlaces(word: bigint, first: number): Iterable<readonly [from: number, to: number]> {
  const isSet = (place: number) => ((word >> BigInt(place)) & 1n) !== 0n;
  const top = word.toString(2).length - 1;
  for (let place = first; place < top; place++) if (!isSet(place)) yield [top, place];
  for (let place = first + 1; place < top; place++) {
    if (isSet(place) && !isSet(place - 1)) yield [place, place - 1];
  }
}
