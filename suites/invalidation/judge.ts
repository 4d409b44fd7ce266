/**
 * Judges the answers to a stream, step by step beside the reference, which follows every way that the
 * architecture leaves open. The first answer that no way explains ends it: after a wrong answer it is not
 * known what the unit did; but for a request that was rightly blocked, and wrongly reported. Aspects of requests are those of area `translation`; `outcome` is also a
 * register that holds a wrong value, `code` a wrong IQERCD, `memory` a wrong word, `count` a wrong number
 * of answers.
 */
import { GuestMemory } from '../../models/memory.ts';
import type {
  RequestOption,
  StepExpectation,
  ValueOption,
} from '../../models/reference/invalidation/expectation.ts';
import { StreamModel } from '../../models/reference/invalidation/stream-model.ts';
import type {
  InvalidationCase,
  InvalidationObservation,
  Mismatch,
  StreamAnswer,
  StreamStep,
} from '../../spec/schema.ts';
import type { Fact, Verdict } from '../core/area-suite.ts';
import { CacheFacts } from './cache-facts.ts';
import { judgeQueue } from './judge-queue.ts';
import { judgeRequestStep } from './judge-request-step.ts';
import { judgeValue } from './judge-value.ts';
import { SeenFaults } from './seen-faults.ts';

/** Collects what the answers to one stream show. */
export interface StreamFindings {
  readonly exercised: Set<string>;
  readonly mismatches: Mismatch[];
  readonly caches: CacheFacts;
  readonly faults: SeenFaults;
}

/** One step as it was judged; a drawing hangs here. */
export interface JudgedStep {
  readonly index: number;
  readonly step: StreamStep;
  readonly expectation: StepExpectation;
  /** Undefined where nothing is asked. */
  readonly answer: StreamAnswer | undefined;
  /** What is broken by this step. */
  readonly mismatches: readonly Mismatch[];
  /** As it stands after the step, for as long as it is being told of. */
  readonly model: StreamModel;
}
type OnStep = (judged: JudgedStep) => void;

/** Looks only at what was observed. `onStep` is told each step that was followed. */
export function judgeInvalidation(
  testCase: InvalidationCase,
  observation: InvalidationObservation,
  onStep?: OnStep,
): Verdict {
  const { steps } = testCase;
  const findings: StreamFindings = {
    exercised: new Set(),
    mismatches: [],
    caches: new CacheFacts(),
    faults: new SeenFaults(testCase.profile),
  };
  const asked = steps.filter(isAnswered).length;
  const given = observation.answers.length;
  if (given === asked) judgeSteps(testCase, observation, findings, onStep);
  else findings.mismatches.push(miscounted(asked, given));
  const facts: readonly Fact[] = findings.caches.facts();
  return { exercised: [...findings.exercised], mismatches: findings.mismatches, facts };
}

/** True when the observation has an answer for the step. */
export function isAnswered({ step }: StreamStep): boolean {
  return step === 'request' || step === 'read' || step === 'load';
}

/** One stream after the other is judged. */
const space = new GuestMemory();

function judgeSteps(
  testCase: InvalidationCase,
  { answers, queue = [] }: InvalidationObservation,
  findings: StreamFindings,
  onStep: OnStep | undefined,
): void {
  const { mismatches } = findings;
  // Who looks on may judge other streams meanwhile.
  const model = new StreamModel(testCase, onStep === undefined ? space : undefined);
  let answered = 0;
  let isLost = false;
  for (const [index, step] of testCase.steps.entries()) {
    const before = mismatches.length;
    const expectation = model.next();
    const answer = isAnswered(step) ? answers[answered++] : undefined;
    if (answer !== undefined) {
      const kept = judgeAnswered(testCase, index, step, expectation, answer, findings);
      if (kept.length > 0) model.keep(kept);
      else isLost = mismatches.length > before;
    }
    const seen = queue[index];
    if (seen !== undefined && expectation.kind === 'silent') {
      isLost = !judgeQueue({ step, index, seen, haw: testCase.profile.haw }, model, findings);
    }
    onStep?.({ index, step, expectation, answer, mismatches: mismatches.slice(before), model });
    if (expectation.kind === 'undefined' || isLost) return;
  }
}

/** The options that agree with the answer; none where nothing is known, or when a mismatch is reported. */
function judgeAnswered(
  testCase: InvalidationCase,
  index: number,
  step: StreamStep,
  expectation: StepExpectation,
  answer: StreamAnswer,
  findings: StreamFindings,
): readonly (RequestOption | ValueOption)[] {
  if (expectation.kind === 'undefined') return [];
  const isRequest = step.step === 'request';
  if (answer.outcome !== 'unobserved' && isRequest === (answer.outcome === 'value')) {
    findings.mismatches.push(wrongKind(step, index, answer));
    return [];
  }
  if (isRequest && expectation.kind === 'request' && answer.outcome !== 'value') {
    return judgeRequestStep({ testCase, index, step, result: answer }, expectation, findings);
  }
  if (expectation.kind !== 'value') return [];
  return judgeValue(step, index, expectation.options, answer, findings, testCase.steps);
}

const ANSWERS = 'invalidation.answers';

function miscounted(asked: number, answers: number): Mismatch {
  return { rule: ANSWERS, aspect: 'count', expected: `${asked} answers`, observed: `${answers} answers` };
}

function wrongKind({ step }: StreamStep, index: number, { outcome }: StreamAnswer): Mismatch {
  const expected = step === 'request' ? 'the result of a request' : 'a value';
  return { rule: ANSWERS, aspect: 'outcome', expected: `step ${index}: ${expected}`, observed: outcome };
}
