/** Known bugs of area `binding`. */
import type { BugOf } from '../bug.ts';
import { eventBugs } from './events.ts';
import { hostCallBugs } from './host-calls.ts';
import { pluggingBugs } from './plugging.ts';

export const bindingBugs: readonly BugOf<'binding'>[] = [...eventBugs, ...hostCallBugs, ...pluggingBugs];
