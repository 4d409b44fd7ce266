/** What writers of entries do otherwise than each other, all of it permitted. */
import type { SyncAction } from '../../../spec/schema.ts';
import type { SyncContract } from '../../../spec/writer-formats.ts';
import type { Table } from '../used-bits/tables.ts';

export interface Update {
  readonly contract: SyncContract;
  readonly coherent: boolean;
  /** No cache can hold a copy of the entry. */
  readonly uncached: boolean;
}

export interface Habits {
  /** The order of the stores between two syncs. */
  readonly order: 'ascending' | 'descending' | 'by-chance';
  /** While the entry is not valid the others are filled at once, whatever side of the valid bit they are on. */
  readonly fillsAtOnce: boolean;
  /** Bits that no step needs, ignored by both entries or safe, are written in the last step, not in the first. */
  readonly leavesForLast: boolean;
  /** Quanta that the old entry does not use are filled before a break, which is shorter then. */
  readonly fillsBefore: boolean;
  /** In place of the reviewed table of used bits. */
  readonly table?: Table;
  /** What a sync does; undefined: it is not told. */
  readonly sync: (update: Update) => readonly SyncAction[] | undefined;
}
