/** Streams with fewer steps, and steps with less in them. */
import type { InvalidationCase, Profile, Store, StreamStep } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';
import type { Lower } from '../translation/lower-values.ts';
import { plainerRequests } from '../translation/simpler-requests.ts';

type StepOf<Name extends StreamStep['step']> = Extract<StreamStep, { step: Name }>;

/** Without a run of steps, or a single one; without the queue. */
export function* fewerSteps(testCase: InvalidationCase): Iterable<InvalidationCase> {
  for (const steps of fewer(testCase.steps)) yield { ...testCase, steps: [...steps] };
  const { iqa, ...withoutQueue } = testCase;
  if (iqa !== undefined) yield withoutQueue;
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
