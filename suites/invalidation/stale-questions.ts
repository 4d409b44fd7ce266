/** Streams that tell whether an answer is stale, and in which cache: in one of entries, or in one of mappings. */
import type { InvalidationCase, StreamStep } from '../../spec/schema.ts';

/** In each of these another entry of the top-level table serves the address, however many levels there are. */
const STRANGE = (1n << 38n) | (1n << 46n) | (1n << 55n);
const WIDE = 0x800n;
const SCALABLE = 0x400n;
const ALL_CONTEXTS = 0x11n;
const ALL_PASIDS = 0x37n;
const WAIT = 0x45n;

/**
 * The last request alone, of a unit that begins with memory as it is by then: who has nothing old and gives the same
 * answer does not keep anything. None where registers made the unit what it is.
 */
export function withoutHistory(testCase: InvalidationCase): readonly InvalidationCase[] {
  const last = testCase.steps.findLastIndex(({ step }) => step === 'request');
  const asked = testCase.steps[last];
  const before = testCase.steps.slice(0, Math.max(last, 0));
  if (asked === undefined || before.some(({ step }) => step === 'write')) return [];
  const stores = before.flatMap((one) => (one.step === 'store' ? [one] : []));
  const memory = [...testCase.memory, ...stores.map(({ address, words }) => ({ address, words }))];
  return [{ ...testCase, memory, steps: [asked] }];
}

/** The last request is the first of its page: what is stale comes from entries of requester or PASID. */
export function withStrangePages(testCase: InvalidationCase): readonly InvalidationCase[] {
  const { steps } = testCase;
  const last = steps.findLastIndex(({ step }) => step === 'request');
  const asked = steps[last];
  if (asked?.step !== 'request') return [];
  const far = ~asked.request.address & STRANGE;
  const isNear = (step: StreamStep): step is Extract<StreamStep, { step: 'request' }> =>
    step.step === 'request' && step !== asked && (step.request.address & STRANGE) !== far;
  if (!steps.some(isNear)) return [];
  const strange = steps.map((step): StreamStep => {
    if (!isNear(step)) return step;
    const { request } = step;
    return { ...step, request: { ...request, address: (request.address & ~STRANGE) | far } };
  });
  return [{ ...testCase, steps: strange }];
}

/** Entries of requesters and PASIDs are dropped, twice over, before the last request. */
export function withEntriesDropped(testCase: InvalidationCase): InvalidationCase {
  const { steps, rtaddr, iqa = 0n } = testCase;
  const last = steps.findLastIndex(({ step }) => step === 'request');
  const isScalable = (rtaddr & SCALABLE) !== 0n && (iqa & WIDE) !== 0n;
  const descriptors = [ALL_CONTEXTS, ...(isScalable ? [ALL_PASIDS] : []), WAIT].map((word) => [word, 0n]);
  const again: StreamStep = { step: 'submit', descriptors: [...descriptors, ...descriptors] };
  return { ...testCase, steps: steps.toSpliced(Math.max(last, 0), 0, again) };
}
