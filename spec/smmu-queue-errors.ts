/** Why an SMMU stopped its command queue: CMDQ_CONS.ERR, bits 30:24 (Arm IHI 0070, 4.1.4 and 6.3.28). */

export interface SmmuQueueError {
  readonly name: string;
  readonly statement: string;
}

export const CERROR_ILL = 1;
export const CERROR_ATC_INV_SYNC = 3;

export const smmuQueueErrors: Readonly<Record<number, SmmuQueueError>> = {
  0: { name: 'CERROR_NONE', statement: 'there is no error' },
  [CERROR_ILL]: { name: 'CERROR_ILL', statement: 'the command is illegal' },
  2: { name: 'CERROR_ABT', statement: 'the command could not be read' },
  [CERROR_ATC_INV_SYNC]: {
    name: 'CERROR_ATC_INV_SYNC',
    statement: 'a device did not answer an ATC_INV before the CMD_SYNC that waits for it',
  },
};
