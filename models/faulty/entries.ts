/** Known bugs of what is made of entries: their used bits, and how they are written. */
import type { Bug } from './bug.ts';
import { amdBugs } from './entry-sync/amd.ts';
import { decisionBugs } from './entry-sync/decisions.ts';
import { safeBitBugs } from './entry-sync/safe-bits.ts';
import { sequenceBugs } from './entry-sync/sequence.ts';
import { syncBugs } from './entry-sync/syncs.ts';
import { smmuUsedBitBugs } from './used-bits/smmu.ts';
import { pasidUsedBitBugs } from './used-bits/vtd-pasid.ts';

export const bugsOfEntries: readonly Bug[] = [
  ...pasidUsedBitBugs,
  ...smmuUsedBitBugs,
  ...decisionBugs,
  ...sequenceBugs,
  ...safeBitBugs,
  ...syncBugs,
  ...amdBugs,
];
