/** Streams with fewer steps, and steps with less in them. */
import type { InvalidationCase, Profile, Store, StreamStep } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';
import type { Lower } from '../core/lower-values.ts';
import { plainerRequests } from '../translation/simpler-requests.ts';
import { doesMore, FENCE } from './stream-size.ts';

/** DW of IQA: slots of 256 bits. */
const WIDE = 0x800n;
const QIE = 1n << 26n;
const OFFSET = 0xfffn;

type StepOf<Name extends StreamStep['step']> = Extract<StreamStep, { step: Name }>;

/** Without a run of steps, or a single one; with two submissions in one; without the queue. */
export function* fewerSteps(testCase: InvalidationCase): Iterable<InvalidationCase> {
  for (const steps of fewer(testCase.steps)) yield { ...testCase, steps: [...steps] };
  for (const steps of joinedSubmits(testCase)) yield { ...testCase, steps };
  yield* afterError(testCase);
  yield* queueAnew(testCase);
  yield* later(testCase);
  for (const index of testCase.steps.keys()) yield* withoutSubmit(testCase, index);
  const { iqa, ...withoutQueue } = testCase;
  if (iqa !== undefined) yield { ...withoutQueue, steps: testCase.steps.map(withQueueOff) };
}

/** The end of the stream behind a queue that has stopped: at a descriptor of no type (6.5.2.11). */
function* afterError(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const { iqa, steps } = testCase;
  if (iqa === undefined) return;
  const stopped: StreamStep = { step: 'submit', descriptors: [[0n, 0n]] };
  for (const kept of [1, 2]) {
    if (steps.length > kept + 1) yield { ...testCase, steps: [stopped, ...steps.slice(-kept)] };
  }
}

/** The end of the stream with the queue that software sets up in its course (6.5.2), there from the beginning. */
function* queueAnew(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const { iqa, steps } = testCase;
  const index = steps.findLastIndex((step) => step.step === 'write' && step.register === 'IQA');
  const set = steps[index];
  if (iqa === undefined || set?.step !== 'write') return;
  const isOfSetup = (step: StreamStep): boolean =>
    step.step === 'write' && (step.register === 'GCMD' || (step.register === 'IQT' && step.value === 0n));
  yield { ...testCase, iqa: set.value, steps: steps.slice(index + 1).filter((step) => !isOfSetup(step)) };
}

/** What is stored first is there from the beginning. */
function* later(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const { memory, steps } = testCase;
  const other = steps.findIndex(({ step }) => step !== 'store');
  if (other < 1) return;
  const stores = steps.slice(0, other).flatMap((step) => (step.step === 'store' ? [step] : []));
  const runs = stores.map(({ address, words }) => ({ address, words: [...words] }));
  yield { ...testCase, memory: [...memory, ...runs], steps: steps.slice(other) };
}

/** Without a submission or one of its descriptors; what is put into the queue after it lies so many slots lower. */
function* withoutSubmit(testCase: InvalidationCase, index: number): Iterable<InvalidationCase> {
  const { steps } = testCase;
  const step = steps[index];
  if (step?.step !== 'submit') return;
  yield { ...testCase, steps: [...steps.slice(0, index), ...movedUp(testCase, index, step)] };
  const { descriptors, times } = step;
  if (times !== undefined || descriptors.length < 2) return;
  for (const [at, words] of descriptors.entries()) {
    const less: StreamStep = { step: 'submit', descriptors: descriptors.toSpliced(at, 1) };
    const moved = movedUp(testCase, index, { step: 'submit', descriptors: [words] });
    yield { ...testCase, steps: [...steps.slice(0, index), less, ...moved] };
  }
}

/** The steps behind step `index` where the queue does without what `gone` has put into it. */
function movedUp(
  { iqa = 0n, steps }: InvalidationCase,
  index: number,
  gone: StepOf<'submit'>,
): readonly StreamStep[] {
  const isWide = (iqa & WIDE) !== 0n;
  const bytes = BigInt((isWide ? 32 : 16) * slotsOf(gone, isWide ? 4 : 2));
  const base = iqa & ~OFFSET;
  return steps.slice(index + 1).map((other): StreamStep => {
    if (other.step === 'write' && other.register === 'IQT' && other.value >= bytes)
      return { ...other, value: other.value - bytes };
    if (other.step !== 'store' || other.address < base + bytes || other.address > (base | OFFSET))
      return other;
    return { ...other, address: other.address - bytes };
  });
}

function withQueueOff(step: StreamStep): StreamStep {
  return step.step === 'write' && step.register === 'GCMD' ? { ...step, value: step.value & ~QIE } : step;
}

/**
 * Neighbouring submissions as one: with all that they hold, or with as many waits for nothing but order. Or still two
 * of such waits, where what the second one does is to go on: the first then has one of them.
 */
function* joinedSubmits({ steps, iqa = 0n }: InvalidationCase): Iterable<StreamStep[]> {
  const slots = (iqa & WIDE) === 0n ? 2 : 4;
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    if (step.step !== 'submit' || next?.step !== 'submit') continue;
    const times = [step, next].reduce((sum, one) => sum + slotsOf(one, slots), 0);
    const waits: StepOf<'submit'> = { step: 'submit', descriptors: [[FENCE, 0n]] };
    yield steps.toSpliced(index, 2, { ...waits, times });
    if (step.times !== undefined && times > 2)
      yield steps.toSpliced(index, 2, waits, { ...waits, times: times - 1 });
    if (step.times !== undefined || next.times !== undefined) continue;
    const descriptors = [...step.descriptors, ...next.descriptors];
    yield steps.toSpliced(index, 2, { step: 'submit', descriptors });
  }
}

/** How many slots of `size` words a submission takes. */
function slotsOf({ descriptors, times = 1 }: StepOf<'submit'>, size: number): number {
  return times * descriptors.reduce((sum, words) => sum + Math.ceil(words.length / size), 0);
}

/** With one step that holds less: fewer descriptors, narrower stores, plainer requests. */
export function* shorterSteps(testCase: InvalidationCase): Iterable<InvalidationCase> {
  yield* eachStep(testCase, (step) => shorter(step, testCase.profile));
}

/** With one step that holds a lower value. */
export function* withLowerWords(testCase: InvalidationCase, lower: Lower): Iterable<InvalidationCase> {
  yield* eachStep(testCase, (step) => lowered(step, lower));
}

function* eachStep(
  testCase: InvalidationCase,
  simpler: (step: StreamStep) => Iterable<StreamStep>,
): Iterable<InvalidationCase> {
  const { steps } = testCase;
  for (const [index, step] of steps.entries()) {
    for (const instead of simpler(step)) yield { ...testCase, steps: steps.with(index, instead) };
  }
}

function* shorter(step: StreamStep, profile: Profile): Iterable<StreamStep> {
  switch (step.step) {
    case 'submit':
      yield* shorterSubmit(step);
      return;
    case 'store':
      for (const store of narrowerStores(step)) yield { step: 'store', ...store };
      return;
    case 'request': {
      const { during, ...alone } = step;
      for (const request of plainerRequests(step.request, profile)) yield { ...step, request };
      if (during === undefined) return;
      yield alone;
      for (const store of during) yield { step: 'store', ...store };
      if (during.length > 1) for (const stores of fewer(during)) yield { ...step, during: [...stores] };
      for (const [at, store] of during.entries()) {
        for (const narrower of narrowerStores(store)) yield { ...step, during: during.with(at, narrower) };
      }
      return;
    }
    default:
      return;
  }
}

function* shorterSubmit(step: StepOf<'submit'>): Iterable<StreamStep> {
  const { times, ...once } = step;
  if (times !== undefined) {
    yield once;
    for (const count of [times >> 1, times - 1])
      if (count > 1 && count < times) yield { ...step, times: count };
  }
  const { descriptors } = step;
  if (descriptors.length > 1) {
    for (const others of fewer(descriptors))
      if (others.length > 0) yield { ...step, descriptors: [...others] };
  }
  for (const [index, words] of descriptors.entries()) {
    if (doesMore(words[0] ?? 0n)) yield { ...step, descriptors: descriptors.with(index, [FENCE, 0n]) };
    if (words.length > 2) yield { ...step, descriptors: descriptors.with(index, words.slice(0, 2)) };
  }
}

/** One of the two words that a store of 128 bits writes. */
function narrowerStores({ address, words: [low, high] }: Store): readonly Store[] {
  if (low === undefined || high === undefined) return [];
  return [
    { address, words: [low] },
    { address: address + 8n, words: [high] },
  ];
}

function* lowered(step: StreamStep, lower: Lower): Iterable<StreamStep> {
  switch (step.step) {
    case 'submit':
      for (const [index, words] of step.descriptors.entries()) {
        for (const less of lowerOne(words, withoutAll(lower))) {
          yield { ...step, descriptors: step.descriptors.with(index, [...less]) };
        }
      }
      return;
    case 'store':
      for (const words of lowerOne(step.words, withoutAll(lower))) yield { ...step, words: [...words] };
      return;
    case 'write':
      for (const value of withoutAll(lower)(step.value)) yield { ...step, value };
      return;
    case 'request': {
      const { request, during = [] } = step;
      for (const address of lower(request.address)) yield { ...step, request: { ...request, address } };
      for (const pasid of lower(BigInt(request.pasid ?? 0))) {
        yield { ...step, request: { ...request, pasid: Number(pasid) } };
      }
      for (const [at, store] of during.entries()) {
        for (const words of lowerOne(store.words, withoutAll(lower))) {
          yield { ...step, during: during.with(at, { ...store, words: [...words] }) };
        }
      }
      return;
    }
    default:
      return;
  }
}

/** The value 0 before everything else that is lower. */
const withoutAll =
  (lower: Lower): Lower =>
  (value) =>
    value === 0n ? [] : [0n, ...lower(value)];

function* lowerOne(words: readonly bigint[], lower: Lower): Iterable<readonly bigint[]> {
  for (const [at, word] of words.entries()) for (const less of lower(word)) yield words.with(at, less);
}
