/** Known bugs of area `invalidation`. */
import type { BugOf } from '../bug.ts';
import { descriptorBugs } from './descriptors.ts';
import { entryMatchingBugs } from './entry-matching.ts';
import { eventBugs } from './events.ts';
import { fillingBugs } from './filling.ts';
import { mappingMatchingBugs } from './mapping-matching.ts';
import { narrowFieldBugs } from './narrow-fields.ts';
import { pasidMappingMatchingBugs } from './pasid-mapping-matching.ts';
import { queueBugs } from './queue.ts';
import { refusalBugs } from './refusals.ts';
import { waitBugs } from './waits.ts';

export const invalidationBugs: readonly BugOf<'invalidation'>[] = [
  ...descriptorBugs,
  ...refusalBugs,
  ...queueBugs,
  ...waitBugs,
  ...eventBugs,
  ...entryMatchingBugs,
  ...mappingMatchingBugs,
  ...pasidMappingMatchingBugs,
  ...narrowFieldBugs,
  ...fillingBugs,
];
