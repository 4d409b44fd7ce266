/** Cases cut into lists of one area that fit the edu buffers, and how the results of such a list are read. */
import type { BatchAnswer } from '../../spec/implementation.ts';
import type {
  InvalidationCase,
  Observation,
  Request,
  StreamStep,
  TranslationCase,
} from '../../spec/schema.ts';
import { buildProgram, modeOf } from './case-program.ts';
import { type ListProgram, MAX_REQUESTS, type UnitState } from './list-builder.ts';
import { changedWords, type Evidence, observe } from './observe.ts';
import { observeStream, stuckStream } from './observe-stream.ts';
import { buildStreams, isQueueReachable, requestOf } from './stream-program.ts';

/** Type 3:0, IF 4 and SW 5 of a descriptor (6.5.2.9). */
const WAIT_TYPE_AND_FLAGS = 0x3fn;
const WAIT_WITH_BOTH = 0x35n;

export type MachineCase = TranslationCase | InvalidationCase;

export interface List {
  readonly program: ListProgram;
  /** The answer to one case. */
  answer(index: number, evidence: Evidence): BatchAnswer;
  /** The case that left the unit so that nothing after it counts. */
  stuckAt(evidence: Evidence): number | undefined;
}

/** The list of `cases`, all of the area of the first. */
export function listOf(cases: readonly MachineCase[], state: UnitState): List {
  const streams = cases.filter((testCase) => testCase.area === 'invalidation');
  return streams.length > 0
    ? streamList(streams, state)
    : translationList(
        cases.filter((testCase) => testCase.area === 'translation'),
        state,
      );
}

function translationList(cases: readonly TranslationCase[], state: UnitState): List {
  const program = buildProgram(cases, state);
  return {
    program,
    answer: (index, evidence) =>
      attempt(() => {
        const results = (program.probes[index] ?? []).map((probe) => observe(probe, evidence));
        const tables = program.tables[index];
        return { results, ...(tables && { memory: changedWords(tables, evidence) }) };
      }),
    stuckAt: () => undefined,
  };
}

function streamList(cases: readonly InvalidationCase[], state: UnitState): List {
  const program = buildStreams(cases, state);
  return {
    program,
    answer: (index, evidence) => attempt(() => observeStream(program, index, evidence)),
    stuckAt: (evidence) => stuckStream(program, evidence),
  };
}

function attempt(answer: () => Observation): BatchAnswer {
  try {
    return { observation: answer() };
  } catch (error) {
    return { error: error as Error };
  }
}

/** Runs of cases of one area whose requests fit one list; a case with more of them is alone, and a risky one. */
export function listsOf(cases: readonly MachineCase[]): readonly (readonly MachineCase[])[] {
  const lists: MachineCase[][] = [];
  let room = 0;
  for (const testCase of cases) {
    const count = isRisky(testCase) ? MAX_REQUESTS + 1 : requestsOf(testCase).length;
    if (count > room || lists.at(-1)?.[0]?.area !== testCase.area) {
      lists.push([]);
      room = MAX_REQUESTS;
    }
    lists.at(-1)?.push(testCase);
    room -= count;
  }
  return lists;
}

/** Whether the machine may have to be reset or started again after a case: it takes no others with it. */
export function isRisky(testCase: MachineCase): boolean {
  return (
    testCase.area === 'invalidation' && (!isQueueReachable(testCase) || testCase.steps.some(isFatalSubmit))
  );
}

/** QEMU asserts that no wait asks for both a status and an interrupt. */
function isFatalSubmit(step: StreamStep): boolean {
  return (
    step.step === 'submit' &&
    step.descriptors.some(([low = 0n]) => (low & WAIT_TYPE_AND_FLAGS) === WAIT_WITH_BOTH)
  );
}

/** The requests of a case, in order. */
export function requestsOf(testCase: MachineCase): readonly Request[] {
  return testCase.area === 'translation' ? testCase.requests : testCase.steps.flatMap(requestOf);
}

/** RTADDR.TTM that a case starts with; undefined while translation is off. */
export function startingMode(testCase: MachineCase): bigint | undefined {
  if (testCase.area === 'invalidation' && !testCase.translationEnabled) return undefined;
  return modeOf(testCase);
}
