/** The optimized model as an implementation: one line an area. */
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, Case, Observation } from '../../spec/schema.ts';
import { runEntry } from './entry.ts';
import { runTranslation } from './translation.ts';

function run(testCase: Case): Observation {
  switch (testCase.area) {
    case 'entry':
      return runEntry(testCase);
    case 'translation':
      return runTranslation(testCase);
    default:
      throw new RangeError(`the optimized model has no area ${testCase.area}`);
  }
}

const areas: readonly Area[] = ['entry', 'translation'];

export const optimized: Implementation = { name: 'optimized', profile: 'any', areas, run };
