/** The limit on everything that a child does, so that none can exhaust time or memory. */
export interface Limits {
  /** From the start of a process to its answer to hello: interpreters and virtual machines start slowly. */
  readonly helloMs: number;
  /** Without an answer while there is one to give. A case is microseconds of work; this is for what is stuck. */
  readonly caseMs: number;
  /** From bye to the end of the process; then it is killed. */
  readonly byeMs: number;
  /** One line of stdout. The answer to a large walk is a tenth of it. */
  readonly lineBytes: number;
  /** Cases sent and not yet answered. Above 32 nothing is gained, below 8 the round trip is felt. */
  readonly casesInFlight: number;
  /** Starts that fail one after the other before the implementation is given up. */
  readonly failedStarts: number;
  /** SIGKILL comes from outside (a user, memory running out): so often in a row before a case is blamed. */
  readonly outsideKills: number;
  /** Hangs in one batch, each of which costs `caseMs` twice; what is left of the batch is skipped. */
  readonly hangsInBatch: number;
}

export const defaultLimits: Limits = {
  helloMs: 30_000,
  caseMs: 10_000,
  byeMs: 1000,
  lineBytes: 4 << 20,
  casesInFlight: 64,
  failedStarts: 3,
  outsideKills: 5,
  hangsInBatch: 3,
};
