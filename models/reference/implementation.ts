/** The reference model as an implementation: one line an area. */
import type { Implementation } from '../../spec/implementation.ts';
import { areas, type Case, type Observation } from '../../spec/schema.ts';
import { runBinding } from './binding/run.ts';
import { runDomainReplace } from './domain-replace/run.ts';
import { runEntry } from './entry.ts';
import { runEntrySync } from './entry-sync.ts';
import { runInvalidation } from './invalidation/run.ts';
import { runPageWalk } from './page-walk.ts';
import { runSmmuNesting } from './smmu-nesting/run.ts';
import { runTranslation } from './translation.ts';
import { runUsedBits } from './used-bits.ts';

function run(testCase: Case): Observation {
  switch (testCase.area) {
    case 'entry':
      return runEntry(testCase);
    case 'used-bits':
      return runUsedBits(testCase);
    case 'entry-sync':
      return runEntrySync(testCase);
    case 'translation':
      return runTranslation(testCase);
    case 'page-walk':
      return runPageWalk(testCase);
    case 'invalidation':
      return runInvalidation(testCase);
    case 'binding':
      return runBinding(testCase);
    case 'domain-replace':
      return runDomainReplace(testCase);
    case 'smmu-nesting':
      return runSmmuNesting(testCase);
  }
}

export const reference: Implementation = { name: 'reference', profile: 'any', areas, run };
