/** Bugs that happened and that no case can show, with the reason. */
import { inexpressibleBindingBugs } from './binding/inexpressible.ts';
import type { Inexpressible } from './bug.ts';
import { inexpressibleOfEntries } from './entries-inexpressible.ts';
import { inexpressibleInvalidationBugs } from './invalidation/inexpressible.ts';
import { inexpressibleOfNesting } from './smmu-nesting/bugs.ts';
import { inexpressibleOfWalks } from './walks.ts';

export const inexpressible: readonly Inexpressible[] = [
  ...inexpressibleOfEntries,
  ...inexpressibleOfWalks,
  ...inexpressibleInvalidationBugs,
  ...inexpressibleBindingBugs,
  ...inexpressibleOfNesting,
];
