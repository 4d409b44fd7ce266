/** Known bugs of area `binding`. */
import type { BugOf } from '../bug.ts';
import { boundBugs } from './bound.ts';
import { eventBugs } from './events.ts';
import { faultProcessingBugs } from './fault-processing.ts';
import { hostCallBugs } from './host-calls.ts';
import { pasidBugs } from './pasids.ts';
import { pluggingBugs } from './plugging.ts';
import { requirementBugs } from './requirements.ts';

export const bindingBugs: readonly BugOf<'binding'>[] = [
  ...eventBugs,
  ...boundBugs,
  ...hostCallBugs,
  ...pluggingBugs,
  ...pasidBugs,
  ...faultProcessingBugs,
  ...requirementBugs,
];
