/** Correct variants of area `smmu-nesting`: virtual SMMUs with other habits. */
import { type CorrectVariant, variantOfArea } from '../correct-variant.ts';
import { type Habits, plain } from './habits.ts';
import { runWithHabits } from './unit.ts';

function variant(id: string, does: string, clause: string, habits: Partial<Habits>): CorrectVariant {
  const all = { ...plain, ...habits };
  return {
    id,
    areas: ['smmu-nesting'],
    does,
    clause,
    open: async () => variantOfArea(id, 'smmu-nesting', (testCase) => runWithHabits(testCase, all)),
  };
}

export const smmuNestingVariants: readonly CorrectVariant[] = [
  variant(
    'smmu-table-for-each',
    'Shares no nested tables, and makes a new one for each CFGI_STE, though the entry stays the same.',
    'IHI 0070 4.3.7; sharing is advice',
    { refresh: 'new-table' },
  ),
  variant(
    'smmu-eager',
    'Reads every entry again at every step, and attaches devices again to drop their context descriptors.',
    'IHI 0070 3.21.3: a reachable entry may be fetched at any time',
    { reads: 'every-step', refresh: 'attach-again' },
  ),
  variant(
    'smmu-lazy',
    'Does nothing before CMD_SYNC, where a failure shows as a timeout of ATC_INV: all else is done again.',
    'IHI 0070 4.1.4, 4.7.3: consumption alone promises nothing',
    { reads: 'at-sync', issues: 'together', failures: 'time-out' },
  ),
  variant(
    'smmu-caching',
    'Keeps each entry that it read until a CFGI_STE, and calls that failed are made again.',
    'IHI 0070 3.21.3, 6.3.9.6: SMMUEN and STRTAB_BASE drop nothing',
    { keepsEntries: true, failures: 'again' },
  ),
  variant(
    'smmu-coarse',
    'Drops all translations, all descriptors and the whole ATC whatever is asked for, by CFGI_ALL of the host.',
    'IHI 0070 4.3, 4.3.7, 4.4: over-invalidation is permitted',
    { drops: 'everything', refresh: 'cfgi-all', issues: 'with-syncs' },
  ),
  variant(
    'smmu-normal-forms',
    'Brings what hardware ignores in an entry to one form, fetches nothing beyond OAS, refuses reserved bits and VMIDs, knows S1ContextPtr by bits 51:6.',
    'IHI 0070 3.4.3, 4.1.5, 4.4.2, 5.2',
    { normalises: true, refusesReserved: true },
  ),
];
