/** What the doctor looked at, one thing at a time, and what it found. */

/** `remark`: worth knowing, and no fault. */
export type Condition = 'well' | 'ill' | 'remark';

export interface Probe {
  readonly condition: Condition;
  /** What was looked at, such as `used-bits: one by one`. */
  readonly subject: string;
  /** In a few words, what was found. */
  readonly found: string;
  /** Of a fault: the message that was sent, the one that came, what should have come, what to do. */
  readonly sent?: string;
  readonly came?: string | undefined;
  readonly expected?: string;
  readonly advice?: string;
  /** The end of what the process wrote to stderr. */
  readonly stderr?: string | undefined;
}

export type Report = (probe: Probe) => void;
