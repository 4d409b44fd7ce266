/** What a virtual SMMU over physical ones may choose, where neither the architecture nor the host decides. */
export interface Habits {
  /** When entries are read: for the command that names them, when CMD_SYNC wants them, or at every step. */
  readonly reads: 'at-command' | 'at-sync' | 'every-step';
  /** An entry that was read serves until a CFGI_STE drops it: through SMMUEN, and another stream table. */
  readonly keepsEntries: boolean;
  /** What makes context descriptors go when an entry stays the same. */
  readonly refresh: 'new-table' | 'attach-again' | 'cfgi-ste' | 'cfgi-all';
  /** Whether commands are made to drop more than the guest asks for. */
  readonly drops: 'what-is-asked' | 'everything';
  /** Each call of the host has one command, or all for its unit; or a CMD_SYNC behind each command. */
  readonly issues: 'one-by-one' | 'together' | 'with-syncs';
  /** A call that failed is made again, stops the queue, or only at CMD_SYNC as a timeout of ATC_INV. */
  readonly failures: 'again' | 'stop' | 'time-out';
  /** Reserved bits of a command make it illegal. */
  readonly refusesReserved: boolean;
  /** Values that hardware ignores, or that the host may decide, are brought to one form; or not passed on. */
  readonly normalises: boolean;
}

export const plain: Habits = {
  reads: 'at-command',
  keepsEntries: false,
  refresh: 'cfgi-ste',
  drops: 'what-is-asked',
  issues: 'one-by-one',
  failures: 'stop',
  refusesReserved: false,
  normalises: false,
};
