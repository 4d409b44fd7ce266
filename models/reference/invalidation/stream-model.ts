/** Follows one stream along every way that the architecture leaves open. */
import type { InvalidationCase } from '../../../spec/schema.ts';
import type { RequestOption, StepExpectation, ValueOption } from './expectation.ts';

export class StreamModel {
  constructor(testCase: InvalidationCase) {
    void testCase;
  }

  /** Does the next step of the case and says what may be observed. Throws RangeError after the last. */
  next(): StepExpectation {
    throw new Error('not yet');
  }

  /** Of the step last done, only these options agree with what was observed. */
  keep(options: readonly (RequestOption | ValueOption)[]): void {
    void options;
  }
}
