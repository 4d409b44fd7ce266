/** A unit with caches and an invalidation queue, which answers streams: one configuration, reused for every case. */
import type {
  InvalidationCase,
  InvalidationObservation,
  StreamAnswer,
  StreamStep,
} from '../../../spec/schema.ts';
import { forgetChanges } from '../flags.ts';
import { memory } from '../tables-memory.ts';
import { caching } from '../translation-caches.ts';
import { translationUnitOf } from '../translation-unit.ts';
import { CachedAnswers } from './answer-caches.ts';
import { invalidationCapabilitiesOf } from './capabilities.ts';
import type { CachingConfiguration } from './configuration.ts';
import { CachedEntries } from './entry-caches.ts';
import { Executor } from './executor.ts';
import { applyStore } from './interleaving.ts';
import { InvalidationQueue } from './invalidation-queue.ts';
import { Prefetcher } from './prefetcher.ts';
import { Registers } from './registers.ts';
import type { RemappingState } from './remapping-state.ts';
import { request } from './requests.ts';
import { CachedStructures } from './structure-caches.ts';
import { submit } from './submit.ts';

export interface CachingUnit {
  readonly run: (testCase: InvalidationCase) => InvalidationObservation;
}

/** What a unit consists of; it works on the memory of the optimized models and with the caches in use. */
export interface Parts {
  readonly entries: CachedEntries;
  readonly structures: CachedStructures;
  readonly answers: CachedAnswers;
  readonly executor: Executor;
  readonly queue: InvalidationQueue;
  readonly registers: Registers;
  readonly prefetcher: Prefetcher;
  readonly state: RemappingState;
}

/** A unit of the given shape. Its answers depend on the case alone. */
export function cachingUnit(configuration: CachingConfiguration): CachingUnit {
  let parts: Parts | undefined;
  return {
    run(testCase) {
      parts ??= assemble(testCase, configuration);
      reset(parts, testCase, configuration);
      caching.entries = parts.entries;
      caching.structures = parts.structures;
      caching.answers = parts.answers;
      try {
        return { answers: answersOf(parts, testCase.steps, configuration) };
      } finally {
        caching.entries = undefined;
        caching.structures = undefined;
        caching.answers = undefined;
      }
    },
  };
}

/** A unit as `profile` describes it, to be reset before use. */
export function assemble(
  { profile }: Pick<InvalidationCase, 'profile'>,
  configuration: CachingConfiguration,
): Parts {
  const state: RemappingState = {
    unit: translationUnitOf(profile),
    capabilities: invalidationCapabilitiesOf(profile),
    rootHigh: 0,
    rootLow: 0,
    translating: false,
    queueing: false,
  };
  const entries = new CachedEntries(configuration);
  const structures = new CachedStructures(configuration);
  const answers = new CachedAnswers(configuration);
  const executor = new Executor({ entries, structures, answers }, state, configuration);
  const queue = new InvalidationQueue(state, executor);
  const registers = new Registers(state, executor, queue);
  const prefetcher = new Prefetcher(configuration);
  return { entries, structures, answers, executor, queue, registers, prefetcher, state };
}

/** Puts unit and memory into the state before the first step of `testCase`. */
export function reset(parts: Parts, testCase: InvalidationCase, { faults }: CachingConfiguration): void {
  const { entries, structures, answers, executor, queue, registers, prefetcher, state } = parts;
  const { profile, rtaddr, iqa, translationEnabled } = testCase;
  memory.reset(profile.backed, testCase.memory);
  forgetChanges();
  const capabilities = invalidationCapabilitiesOf(profile);
  state.unit = translationUnitOf(profile);
  state.capabilities = capabilities;
  state.translating = translationEnabled;
  state.queueing = iqa !== undefined && capabilities.queue;
  entries.reset(faults && capabilities.cachingMode);
  for (const cache of [answers.iotlb, answers.leaves]) cache.reset();
  structures.reset();
  answers.keepsFaults = entries.keepsFaults;
  executor.reset();
  prefetcher.reset(state, testCase.steps);
  registers.reset(Number(rtaddr >> 32n), Number(rtaddr & 0xffff_ffffn));
  queue.reset(Number((iqa ?? 0n) >> 32n), Number((iqa ?? 0n) & 0xffff_ffffn));
}

function answersOf(
  { state, executor, queue, registers, prefetcher }: Parts,
  steps: readonly StreamStep[],
  { during }: CachingConfiguration,
): StreamAnswer[] {
  const answers: StreamAnswer[] = [];
  for (const step of steps) {
    prefetcher.startStep(step, state);
    switch (step.step) {
      case 'store':
        applyStore(step);
        break;
      case 'write':
        registers.write(step.register, step.value);
        break;
      case 'submit':
        if (state.capabilities.queue) submit(queue, step);
        break;
      case 'request':
        executor.executeOne();
        answers.push(request(state, executor, during, step.request, step.during));
        break;
      case 'read':
        answers.push({ outcome: 'value', value: registers.read(step.register) });
        break;
      case 'load':
        answers.push(load(step.address));
        break;
    }
  }
  return answers;
}

function load(address: bigint): StreamAnswer {
  const value = memory.read(address);
  return value === undefined ? { outcome: 'unobserved' } : { outcome: 'value', value };
}
