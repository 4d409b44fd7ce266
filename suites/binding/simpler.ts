/** Simpler cases: fewer steps, failures, words, devices; then lower places and words. What a case holds never grows. */
import { bits, extract } from '../../spec/bits.ts';
import type { BindingCase, BindingStep } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';
import { coarse, fine, type Lower } from '../core/lower-values.ts';
import { lowerMemory, lowerWords } from '../core/lower-words.ts';
import { simplerDevices } from './simpler-devices.ts';
import { lowerAlike, lowerFirstStages } from './simpler-entries.ts';
import { lowerPasids } from './simpler-pasids.ts';
import { lowerPages, lowerSourceIds } from './simpler-places.ts';
import { withStored } from './with-stored.ts';

/** Type and granularity of context-cache invalidations (6.5.2.1). */
const CONTEXT_CACHE = 1n;
const GLOBAL = 1n;

export function* simplerBindings(testCase: BindingCase): Iterable<BindingCase> {
  yield* drasticBindings(testCase);
  yield* storedBefore(testCase);
  yield* rootedBefore(testCase);
  yield* turnedOff(testCase);
  yield* pluggedBefore(testCase);
  yield* simplerDevices(testCase);
  yield* lowerFailing(testCase);
  yield* lowerMemory(testCase, coarse);
  yield* lowerSteps(testCase, coarse);
  yield* lowerAlike(testCase);
  yield* lowerPasids(testCase);
  yield* lowerPages(testCase);
  yield* lowerSourceIds(testCase);
  yield* lowerMemory(testCase, fine);
  yield* lowerSteps(testCase, fine);
  yield* lowerFirstStages(testCase);
}

/** Those of them that hold less. */
export function* drasticBindings(testCase: BindingCase): Iterable<BindingCase> {
  yield* fewerSteps(testCase);
  for (const failing of fewer(testCase.failing)) yield { ...testCase, failing: [...failing] };
  for (const memory of fewer(testCase.memory)) yield { ...testCase, memory: [...memory] };
}

/** What a step stores stands in memory from the start, and what may have been done for it is left out too. */
function* storedBefore(testCase: BindingCase): Iterable<BindingCase> {
  const { memory, steps } = testCase;
  for (const [at, step] of steps.entries()) {
    if (step.step !== 'store') continue;
    const stored = { ...testCase, memory: withStored(memory, step), steps: steps.toSpliced(at, 1) };
    if (stored.steps.length === 0) continue;
    // Calls that are not made any more have no number.
    for (let less = 1; less <= 2; less++) {
      const failing = testCase.failing.map((number) => number - less);
      if (failing.length === 0 || failing.some((number) => number < 0)) continue;
      for (let later = stored.steps.length - 1; later >= at && stored.steps.length > 1; later--)
        yield { ...stored, failing, steps: stored.steps.toSpliced(later, 1) };
    }
    for (let later = stored.steps.length - 1; later >= at && stored.steps.length > 1; later--)
      yield { ...stored, steps: stored.steps.toSpliced(later, 1) };
    yield stored;
  }
}

/** The root table that a step goes over to is the one from the start. */
function* rootedBefore(testCase: BindingCase): Iterable<BindingCase> {
  const { steps, failing } = testCase;
  for (const [at, step] of steps.entries()) {
    if (step.step !== 'root' || steps.length === 1) continue;
    const rooted = { ...testCase, rtaddr: step.rtaddr, steps: steps.toSpliced(at, 1) };
    if (failing.length > 0) yield { ...rooted, failing: [] };
    yield rooted;
  }
}

/** Translation is turned off, instead of two steps. */
function* turnedOff(testCase: BindingCase): Iterable<BindingCase> {
  const { steps } = testCase;
  for (let at = 1; at + 1 < steps.length; at++)
    yield { ...testCase, steps: steps.toSpliced(at, 2, { step: 'enable', on: false }) };
}

/** A device is there when translation is turned on. */
function* pluggedBefore(testCase: BindingCase): Iterable<BindingCase> {
  const { steps } = testCase;
  for (const [at, step] of steps.entries()) {
    const next = steps[at + 1];
    if (step.step !== 'enable' || !step.on || next?.step !== 'plug') continue;
    yield { ...testCase, steps: steps.with(at, next).with(at + 1, step) };
  }
}

function* fewerSteps(testCase: BindingCase): Iterable<BindingCase> {
  for (const steps of fewer(testCase.steps)) if (steps.length > 0) yield { ...testCase, steps: [...steps] };
}

function* lowerFailing(testCase: BindingCase): Iterable<BindingCase> {
  for (const [index, number] of testCase.failing.entries()) {
    const before = testCase.failing[index - 1] ?? -1;
    if (number - 1 > before) yield { ...testCase, failing: testCase.failing.with(index, number - 1) };
  }
}

function* lowerSteps(testCase: BindingCase, lower: Lower): Iterable<BindingCase> {
  const { steps } = testCase;
  for (const [at, step] of steps.entries()) {
    for (const lowered of lowerStep(step, lower)) yield { ...testCase, steps: steps.with(at, lowered) };
  }
}

function* lowerStep(step: BindingStep, lower: Lower): Iterable<BindingStep> {
  if (step.step === 'store') {
    const last = step.words.findLastIndex((word) => word !== 0n);
    const shorter = step.words.slice(0, Math.max(last, 0) + 1);
    if (shorter.length < step.words.length) yield { ...step, words: shorter };
    for (const words of lowerWords(step.words, lower)) yield { ...step, words };
  } else if (step.step === 'invalidate') {
    const [low = 0n, high = 0n] = step.descriptor;
    if (extract(low, 3, 0) === CONTEXT_CACHE && extract(low, 5, 4) !== GLOBAL)
      yield { ...step, descriptor: [CONTEXT_CACHE | (GLOBAL << 4n), 0n] };
    // Type and granularity stay: the descriptor has to be a valid one.
    const kept = low & bits(5, 0);
    for (const value of [0n, ...lower(low)].map((less) => (less & ~bits(5, 0)) | kept))
      if (value !== low) yield { ...step, descriptor: [value, high] };
    for (const value of [0n, ...lower(high)]) if (value !== high) yield { ...step, descriptor: [low, value] };
  }
}
