/** Correct variants of area `entry-sync`: writers with other habits. */
import type { SyncAction } from '../../../spec/schema.ts';
import { usualSync } from '../../../spec/writer-formats.ts';
import { type CorrectVariant, variantOfArea } from '../correct-variant.ts';
import { hardware, narrowest, widest } from '../used-bits/tables.ts';
import type { Habits } from './habits.ts';
import { writeWithHabits } from './writer.ts';

/** As review settled it. */
const plain: Habits = {
  order: 'ascending',
  fillsAtOnce: false,
  leavesForLast: false,
  fillsBefore: false,
  sync: ({ contract, coherent }) => usualSync(contract, coherent),
};

function variant(id: string, does: string, clause: string, habits: Partial<Habits>): CorrectVariant {
  const all = { ...plain, ...habits };
  return {
    id,
    areas: ['entry-sync'],
    does,
    clause,
    open: async () => variantOfArea(id, 'entry-sync', (testCase) => writeWithHabits(testCase, all)),
  };
}

/** A unit that is coherent is flushed too; another command that drops the entry, twice; waits for each. */
const everything: Habits['sync'] = ({ contract }) => {
  const [usual] = contract.invalidate;
  const other = contract.invalidate.at(-1) ?? usual;
  return [
    'flush-entry',
    ...[usual, other].flatMap((action): SyncAction[] => (action ? [action, 'wait'] : [])),
  ];
};

/** The caller waits, where it may; nothing is dropped that no cache can hold. */
const least: Habits['sync'] = ({ contract, coherent, uncached }) =>
  usualSync(contract, coherent).filter(
    (action) => action === 'flush-entry' || (!uncached && (action !== 'wait' || contract.wait === 'needed')),
  );

export const entrySyncVariants: readonly CorrectVariant[] = [
  variant(
    'writer-descending',
    'Stores from the last quantum of a step to the first, and fills all at once while the entry is not valid.',
    'entry-sync.order: stores between two syncs have no order',
    { order: 'descending', fillsAtOnce: true },
  ),
  variant(
    'writer-any-order',
    'Stores in another order for each update, between the same syncs.',
    'entry-sync.order: stores between two syncs have no order',
    { order: 'by-chance' },
  ),
  variant(
    'writer-tidies-last',
    'Prepares only bits that the new entry needs: what both ignore, and what is safe, is written in the last step.',
    'contract: what hardware ignores may be written at any moment',
    { leavesForLast: true },
  ),
  variant(
    'writer-short-breaks',
    'Fills what the old entry does not use before a break, for one sync more and a shorter time without an entry.',
    'entry-sync.breaking-window: how much is filled in it is not said',
    { fillsBefore: true, fillsAtOnce: true },
  ),
  variant(
    'writer-over-syncing',
    'Flushes coherent units too, drops the entry twice, by a wider command where there is one, and waits for each.',
    'entry-sync.sync.*; IHI 0070 4.3: CFGI_STE drops context descriptors',
    { sync: everything },
  ),
  variant(
    'writer-least-syncs',
    'Leaves waits to its caller, and drops no entry that no cache can hold.',
    'VT-d 6.1, 6.5.3.3; entry-sync.sync.invalidate',
    { sync: least },
  ),
  variant(
    'writer-hardware-table',
    'Goes by what hardware looks at, not by the reviewed table, and does not tell what its syncs do.',
    'used-bits.exception.*; contract: actions may be left out',
    { table: hardware, sync: () => undefined },
  ),
  variant(
    'writer-narrow-table',
    'Goes by the bits of the reviewed table that hardware looks at, so that more updates are hitless.',
    'used-bits.not-in-hardware',
    { table: narrowest, fillsAtOnce: true },
  ),
  variant(
    'writer-wide-table',
    'Goes by whatever some hardware may look at.',
    'used-bits: a wider table is safe',
    { table: widest, order: 'descending' },
  ),
];
