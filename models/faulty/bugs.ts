/** Every known bug, by area. */
import { bindingBugs } from './binding/bugs.ts';
import type { Bug } from './bug.ts';
import { domainReplaceBugs } from './domain-replace/bugs.ts';
import { bugsOfEntries } from './entries.ts';
import { invalidationBugs } from './invalidation/bugs.ts';
import { nestingBugs } from './smmu-nesting/bugs.ts';
import { bugsOfWalks } from './walks.ts';

export const bugs: readonly Bug[] = [
  ...bugsOfEntries,
  ...bugsOfWalks,
  ...invalidationBugs,
  ...bindingBugs,
  ...domainReplaceBugs,
  ...nestingBugs,
];

/** The bug called `id`, or undefined. */
export function bugCalled(id: string): Bug | undefined {
  return bugs.find((bug) => bug.id === id);
}
