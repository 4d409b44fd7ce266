/** Correct variants of area `domain-replace`: drivers with other habits. */
import { type CorrectVariant, variantOfArea } from '../correct-variant.ts';
import { runWithHabits } from './driver.ts';
import { type Habits, plain } from './habits.ts';

function variant(id: string, does: string, clause: string, habits: Partial<Habits>): CorrectVariant {
  const all = { ...plain, ...habits };
  return {
    id,
    areas: ['domain-replace'],
    does,
    clause,
    open: async () => variantOfArea(id, 'domain-replace', (testCase) => runWithHabits(testCase, all)),
  };
}

export const domainReplaceVariants: readonly CorrectVariant[] = [
  variant(
    'driver-clear-then-set',
    'Clears an entry and drops everything of it before it writes another, and leaves requests blocked when it fails.',
    'Linux 7.1 drivers/iommu/intel/pasid.c; 6.5.3.3',
    {},
  ),
  variant(
    'driver-over-flushing',
    'Drops all copies, all translations and whole Device-TLBs, at every set-up too, in halves of entries of its own.',
    '6.5.3.3: over-invalidation is permitted',
    { drops: 'everything', dropsAtSetUp: true, storesHalves: true, ids: 'each-place' },
  ),
  variant(
    'driver-new-id-each-change',
    'Swaps entries in one store where it can, gives a new domain id to each change, waits once behind fences.',
    'review of entry_sync, 2026: "the lifetime of a domain id ends at every change"; 6.5.2.9 (FN)',
    { ids: 'each-change', swaps: true, waits: 'last', blocksOnFailure: false, quietens: true },
  ),
  variant(
    'driver-shared-id',
    'Has one domain id for pass-through and all first stages, told apart by their PASIDs.',
    '6.2.3.1; Linux 7.1 FLPT_DEFAULT_DID',
    { ids: 'one-for-first-stages', quietens: true },
  ),
  variant(
    'driver-cleans-when-given',
    'Leaves second-stage structures in the caches until their domain id is given again.',
    '6.5.3.3, Table 28: reuse of a domain id',
    { cleans: 'given', ids: 'each-change', swaps: true, blocksOnFailure: false },
  ),
  variant(
    'driver-always-tracking',
    'Sets SSADE wherever the unit has it, whether writes are tracked or not.',
    '9.6, 3.7.2',
    { alwaysTracks: true, ids: 'each-place' },
  ),
  variant(
    'driver-ats-around',
    'Invalidates Device-TLBs behind ATS off and ahead of ATS on, and drains page requests whenever an entry goes.',
    'Linux arm-smmu-v3 attach; 7.10',
    { dropsAroundAts: true, alwaysDrains: true, waits: 'last' },
  ),
];
