/**
 * The words and requests of a stream in the form of area `translation`, so that what moves structures there
 * moves them here: tables first, then every store in order, at the place that it writes to.
 */
import type {
  InvalidationCase,
  MemoryRun,
  Request,
  Store,
  StreamStep,
  TranslationCase,
} from '../../spec/schema.ts';

export function asTranslation({ profile, rtaddr, memory, steps }: InvalidationCase): TranslationCase {
  const stores = steps.flatMap(storesOf).map(({ address, words }) => ({ address, words: [...words] }));
  const requests = steps.flatMap((step) => (step.step === 'request' ? [step.request] : []));
  return { area: 'translation', profile, rtaddr, memory: [...memory, ...stores], requests };
}

/** The stream with tables, stores and requests as `moved` has them, which came from `asTranslation`. */
export function fromTranslation(testCase: InvalidationCase, moved: TranslationCase): InvalidationCase {
  const tables = testCase.memory.length;
  const stores = moved.memory.slice(tables)[Symbol.iterator]();
  const requests = moved.requests[Symbol.iterator]();
  const next = <T>(items: Iterator<T>): T => items.next().value as T;
  const storeAt = ({ address, words }: MemoryRun): Store => ({ address, words });
  const steps = testCase.steps.map((step): StreamStep => {
    if (step.step === 'store') return { step: 'store', ...storeAt(next(stores)) };
    if (step.step !== 'request') return step;
    const request: Request = next(requests);
    const { during } = step;
    if (during === undefined) return { ...step, request };
    return { ...step, request, during: during.map(() => storeAt(next(stores))) };
  });
  return { ...testCase, rtaddr: moved.rtaddr, memory: moved.memory.slice(0, tables), steps };
}

export function storesOf(step: StreamStep): readonly Store[] {
  if (step.step === 'store') return [step];
  return step.step === 'request' ? (step.during ?? []) : [];
}
