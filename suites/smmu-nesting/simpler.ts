/** Simpler cases: fewer steps, commands, failures, devices, words; then lower values, in lower places. */
import { decode } from '../../models/reference/smmu-nesting/command.ts';
import { isAsClaimed } from '../../spec/claimed-smmu.ts';
import type { SmmuNestingCase, SmmuStep } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';
import { coarse, fine, type Lower } from '../core/lower-values.ts';
import { lowerMemory, lowerWords } from '../core/lower-words.ts';
import { fewerMoments, lowerLevels, lowerPages, withFewerCalls } from './simpler-places.ts';
import { plainWords } from './simpler-words.ts';
import { fewerDevices, lowerWorld } from './simpler-world.ts';

/** No command becomes illegal: who refuses none would show that, whatever the command was there for. */
export function* simplerSmmuNesting(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  const most = illegalCommands(testCase);
  for (const simpler of simplerOnes(testCase)) {
    if (isAsClaimed(simpler) && illegalCommands(simpler) <= most) yield simpler;
  }
}

function illegalCommands({ steps, smmu }: SmmuNestingCase): number {
  const all = steps.flatMap((step) => ('commands' in step ? (step.commands ?? []) : []));
  return all.filter((command) => decode(command, smmu).is === 'illegal').length;
}

function* simplerOnes(testCase: SmmuNestingCase): Iterable<SmmuNestingCase> {
  for (const steps of fewer(testCase.steps)) {
    if (steps.length > 0) yield* withFewerCalls({ ...testCase, steps: [...steps] });
  }
  for (const fewerOnes of fewerCommands(testCase)) yield* withFewerCalls(fewerOnes);
  for (const failing of fewer(testCase.failing)) yield { ...testCase, failing: [...failing] };
  for (const fewerOnes of fewerDevices(testCase)) yield* withFewerCalls(fewerOnes);
  yield* fewerMoments(testCase);
  for (const memory of fewer(testCase.memory)) yield { ...testCase, memory: [...memory] };
  yield* lowerFailing(testCase);
  yield* lowerWorld(testCase);
  yield* lowerLevels(testCase);
  yield* lowerPages(testCase);
  yield* plainWords(testCase);
  for (const lower of [coarse, fine]) {
    yield* lowerTable(testCase, lower);
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

function* lowerTable(testCase: SmmuNestingCase, lower: Lower): Iterable<SmmuNestingCase> {
  for (const [base = 0n, config = 0n] of lowerWords(wordsOf(testCase.streamTable), lower)) {
    yield { ...testCase, streamTable: { base, config } };
  }
}

function wordsOf({ base, config }: SmmuNestingCase['streamTable']): readonly bigint[] {
  return [base, config];
}

function* lowerSteps(testCase: SmmuNestingCase, lower: Lower): Iterable<SmmuNestingCase> {
  for (const [at, step] of testCase.steps.entries()) {
    switch (step.step) {
      case 'store':
        for (const words of lowerWords(trimmedEnd(step.words), lower)) {
          yield withStep(testCase, at, { ...step, words });
        }
        break;
      case 'stream-table':
        for (const [base = 0n, config = 0n] of lowerWords(wordsOf(step), lower)) {
          yield withStep(testCase, at, { ...step, base, config });
        }
        break;
      case 'commands':
      case 'acknowledge':
        for (const [index, command] of (step.commands ?? []).entries()) {
          for (const words of lowerWords(command, lower)) {
            yield withStep(testCase, at, { ...step, commands: (step.commands ?? []).with(index, words) });
          }
        }
        break;
      default:
    }
  }
}

/** Without zeros at the end, if that leaves a word. */
function trimmedEnd(words: readonly bigint[]): readonly bigint[] {
  const last = words.findLastIndex((word) => word !== 0n);
  return words.slice(0, Math.max(last + 1, 1));
}
