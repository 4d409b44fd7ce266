/** What drivers of one unit do otherwise than each other, all of it permitted. */

export interface Habits {
  /**
   * Who has a domain id: each place for good, each domain while something is attached to it, each change of an
   * entry, or one id for all first stages and pass-through, told apart by PASIDs.
   */
  readonly ids: 'each-place' | 'each-domain' | 'each-change' | 'one-for-first-stages';
  /** A domain id is cleaned when it goes back, or when it is given again. */
  readonly cleans: 'freed' | 'given';
  /** New tables take the place of old ones in one store where they can; else the entry is cleared first. */
  readonly swaps: boolean;
  /** An entry is stored in halves of 64 bits, as seen in memory, while it is not present. */
  readonly storesHalves: boolean;
  /** What is dropped: what has to be, or all that there is. */
  readonly drops: 'needed' | 'everything';
  /** Caches are dropped when an entry becomes present too. */
  readonly dropsAtSetUp: boolean;
  /** After each descriptor, or once behind waits in the queue with FN. */
  readonly waits: 'each' | 'last';
  /** SSADE wherever the unit has it. */
  readonly alwaysTracks: boolean;
  /** Page requests are drained whenever an entry goes, too. */
  readonly alwaysDrains: boolean;
  /** A replacement that fails leaves requests blocked. */
  readonly blocksOnFailure: boolean;
  /** The Device-TLB is invalidated behind ATS off and ahead of ATS on. */
  readonly dropsAroundAts: boolean;
  /** FPD is set while tables are released. */
  readonly quietens: boolean;
}

/** As Linux 7.1 does it. */
export const plain: Habits = {
  ids: 'each-domain',
  cleans: 'freed',
  swaps: false,
  storesHalves: false,
  drops: 'needed',
  dropsAtSetUp: false,
  waits: 'each',
  alwaysTracks: false,
  alwaysDrains: false,
  blocksOnFailure: true,
  dropsAroundAts: false,
  quietens: false,
};
