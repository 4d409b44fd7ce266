/** Simpler cases: fewer steps, failures, words; then lower words. What a case holds never grows. */
import type { BindingCase, MemoryRun } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';
import { trimmed } from '../core/trimmed-runs.ts';
import { coarse, fine, type Lower } from '../translation/lower-values.ts';

export function* simplerBindings(testCase: BindingCase): Iterable<BindingCase> {
  yield* fewerSteps(testCase);
  for (const failing of fewer(testCase.failing)) yield { ...testCase, failing: [...failing] };
  for (const memory of fewer(testCase.memory)) yield { ...testCase, memory: [...memory] };
  yield* lowerFailing(testCase);
  for (const lower of [coarse, fine]) {
    yield* lowerMemory(testCase, lower);
    yield* lowerSteps(testCase, lower);
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

function* lowerMemory(testCase: BindingCase, lower: Lower): Iterable<BindingCase> {
  const { memory } = testCase;
  for (const [at, run] of memory.entries()) {
    for (const [index, word] of run.words.entries()) {
      for (const value of [0n, ...lower(word)]) {
        if (value === word) continue;
        yield { ...testCase, memory: memory.toSpliced(at, 1, ...changed(run, index, value)) };
      }
    }
  }
}

function changed({ address, words }: MemoryRun, index: number, value: bigint): readonly MemoryRun[] {
  return trimmed(address, words.with(index, value));
}

function* lowerSteps(testCase: BindingCase, lower: Lower): Iterable<BindingCase> {
  const { steps } = testCase;
  for (const [at, step] of steps.entries()) {
    if (step.step !== 'store') continue;
    for (const [index, word] of step.words.entries()) {
      for (const value of [0n, ...lower(word)]) {
        if (value === word) continue;
        yield { ...testCase, steps: steps.with(at, { ...step, words: step.words.with(index, value) }) };
      }
    }
  }
}
