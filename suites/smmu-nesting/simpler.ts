/** Simpler cases: fewer steps, commands, failures, words; then lower words. What a case holds never grows. */
import type { MemoryRun, SmmuNestingCase, SmmuStep } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';
import { trimmed } from '../core/trimmed-runs.ts';
import { coarse, fine, type Lower } from '../translation/lower-values.ts';

export function* simplerSmmuNesting(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  for (const steps of fewer(testCase.steps)) if (steps.length > 0) yield { ...testCase, steps: [...steps] };
  yield* fewerCommands(testCase);
  for (const failing of fewer(testCase.failing)) yield { ...testCase, failing: [...failing] };
  for (const memory of fewer(testCase.memory)) yield { ...testCase, memory: [...memory] };
  yield* lowerFailing(testCase);
  for (const lower of [coarse, fine]) {
    yield* lowerMemory(testCase, lower);
    yield* lowerSteps(testCase, lower);
  }
}

function withStep(testCase: SmmuNestingCase, at: number, step: SmmuStep): SmmuNestingCase {
  return { ...testCase, steps: testCase.steps.with(at, step) };
}

function* fewerCommands(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  for (const [at, step] of testCase.steps.entries()) {
    if (step.step === 'acknowledge' && step.commands) yield withStep(testCase, at, { step: 'acknowledge' });
    if ((step.step !== 'commands' && step.step !== 'acknowledge') || !step.commands) continue;
    for (const commands of fewer(step.commands)) {
      if (commands.length > 0) yield withStep(testCase, at, { ...step, commands: [...commands] });
    }
  }
}

function* lowerFailing(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const { failing } = testCase;
  for (const [index, { call, handled }] of failing.entries()) {
    if (handled !== undefined) yield { ...testCase, failing: failing.with(index, { call }) };
    const before = failing[index - 1]?.call ?? -1;
    if (call - 1 <= before) continue;
    const lower = handled === undefined ? { call: call - 1 } : { call: call - 1, handled };
    yield { ...testCase, failing: failing.with(index, lower) };
  }
}

function* lowerMemory(testCase: SmmuNestingCase, lower: Lower): Iterable<SmmuNestingCase> {
  const { memory } = testCase;
  for (const [at, run] of memory.entries()) {
    for (const words of lowerWords(run.words, lower)) {
      const runs: readonly MemoryRun[] = trimmed(run.address, words);
      yield { ...testCase, memory: memory.toSpliced(at, 1, ...runs) };
    }
  }
}

function* lowerSteps(testCase: SmmuNestingCase, lower: Lower): Iterable<SmmuNestingCase> {
  for (const [at, step] of testCase.steps.entries()) {
    if (step.step !== 'store') continue;
    for (const words of lowerWords(step.words, lower)) yield withStep(testCase, at, { ...step, words });
  }
}

function* lowerWords(words: readonly bigint[], lower: Lower): Iterable<bigint[]> {
  for (const [index, word] of words.entries()) {
    for (const value of [0n, ...lower(word)]) if (value !== word) yield words.with(index, value);
  }
}
