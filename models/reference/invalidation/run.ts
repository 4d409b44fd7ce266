/** The reference's own answers to a stream: the likeliest option of each step. */
import type {
  InvalidationCase,
  InvalidationObservation,
  Request,
  StreamAnswer,
} from '../../../spec/schema.ts';
import { resultOf } from '../result.ts';
import type { StepExpectation } from './expectation.ts';
import { StreamModel } from './stream-model.ts';

/** A cache never holds anything, and where the architecture leaves more open, the first way is taken. */
export function runInvalidation(testCase: InvalidationCase): InvalidationObservation {
  const model = new StreamModel(testCase);
  const answers: StreamAnswer[] = [];
  for (const step of testCase.steps) {
    const expectation = model.next();
    if (step.step !== 'request' && step.step !== 'read' && step.step !== 'load') continue;
    answers.push(answerOf(testCase, step.step === 'request' ? step.request : undefined, expectation));
    keepFirst(model, expectation);
  }
  return { answers };
}

function answerOf(
  testCase: InvalidationCase,
  request: Request | undefined,
  expectation: StepExpectation,
): StreamAnswer {
  if (expectation.kind === 'value') {
    const value = expectation.options[0]?.value;
    return value === undefined ? { outcome: 'unobserved' } : { outcome: 'value', value };
  }
  if (expectation.kind !== 'request' || request === undefined) return { outcome: 'unobserved' };
  return resultOf(testCase, request, expectation.options[0]?.answer);
}

function keepFirst(model: StreamModel, expectation: StepExpectation): void {
  if (expectation.kind !== 'request' && expectation.kind !== 'value') return;
  model.keep(expectation.options.slice(0, 1));
}
