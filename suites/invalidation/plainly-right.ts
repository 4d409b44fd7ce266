/**
 * A first look at the answers to a stream: each is what memory says, or what an earlier request of the stream may have
 * left in the caches. The model behind it allows less than the architecture does, and never more: what it finds
 * right is right, and what it does not is for the judge to say.
 */
import { GuestMemory } from '../../models/memory.ts';
import type {
  RequestOption,
  StepExpectation,
  ValueOption,
} from '../../models/reference/invalidation/expectation.ts';
import { LeftByRequests } from '../../models/reference/invalidation/left-by-requests.ts';
import { StreamModel } from '../../models/reference/invalidation/stream-model.ts';
import type {
  InvalidationCase,
  InvalidationObservation,
  StreamAnswer,
  StreamStep,
} from '../../spec/schema.ts';
import { isAnswered } from './judge.ts';
import { agrees } from './judge-request-step.ts';

/** One stream after the other is looked at. */
const space = new GuestMemory();

/** True only when `judgeInvalidation` finds nothing wrong. */
export function isPlainlyRight(
  testCase: InvalidationCase,
  { answers, queue = [] }: InvalidationObservation,
): boolean {
  if (answers.length !== testCase.steps.filter(isAnswered).length) return false;
  const model = new StreamModel(testCase, space, LeftByRequests);
  let answered = 0;
  for (const [index, step] of testCase.steps.entries()) {
    const expectation = model.next();
    if (expectation.kind === 'undefined') return true;
    const answer = isAnswered(step) ? answers[answered++] : undefined;
    if (answer !== undefined && !isExplained(testCase, step, expectation, answer, model)) return false;
    const seen = queue[index];
    if (seen === undefined || expectation.kind !== 'silent') continue;
    if (!keepsSome(model, model.valuesOf('FSTS').filter(isValue(BigInt(seen.faultStatus))))) return false;
    if (!keepsSome(model, model.valuesOf('IQH').filter(isValue(seen.head)))) return false;
  }
  return true;
}

function isExplained(
  testCase: InvalidationCase,
  step: StreamStep,
  expectation: StepExpectation,
  answer: StreamAnswer,
  model: StreamModel,
): boolean {
  if (answer.outcome === 'unobserved' && !('record' in answer)) return true;
  if ((step.step === 'request') === (answer.outcome === 'value')) return false;
  if (expectation.kind === 'open') return true;
  if (expectation.kind === 'value' && answer.outcome === 'value') {
    return keepsSome(model, expectation.options.filter(isValue(answer.value)));
  }
  if (step.step !== 'request' || expectation.kind !== 'request' || answer.outcome === 'value') return false;
  const isGiven = ({ answer: own }: RequestOption) => agrees({ testCase, step, result: answer }, own);
  return keepsSome(model, expectation.options.filter(isGiven)) || keepsFurther(model, expectation, isGiven);
}

/** Of each way, the first of the further options that was given is followed. */
function keepsFurther(
  model: StreamModel,
  { further }: Extract<StepExpectation, { kind: 'request' }>,
  isGiven: (option: RequestOption) => boolean,
): boolean {
  const given: RequestOption[] = [];
  for (const ofWay of further) {
    for (const option of ofWay) {
      if (!isGiven(option)) continue;
      given.push(option);
      break;
    }
  }
  return keepsSome(model, given);
}

const isValue =
  (seen: bigint) =>
  ({ value, mask }: ValueOption): boolean =>
    ((value ^ seen) & mask) === 0n;

/** The ways of `options` are followed; false when there is none. */
function keepsSome(model: StreamModel, options: readonly (RequestOption | ValueOption)[]): boolean {
  if (options.length > 0) model.keep(options);
  return options.length > 0;
}
