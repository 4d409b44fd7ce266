/** Fault reasons of interrupt remapping (5.1.4.1, Table 15), which stand in the same records as those of DMA. */
import { faultConditions } from './faults.ts';

export interface InterruptFault {
  readonly code: number;
  readonly qualified: boolean;
  readonly statement: string;
}

export const INTERRUPT_FAULT_CLAUSE = '5.1.4.1, Table 15';

const fault = (code: number, qualified: boolean, statement: string): InterruptFault => ({
  code,
  qualified,
  statement,
});

export const interruptFaults: readonly InterruptFault[] = [
  fault(0x20, false, 'A remappable interrupt request has a reserved bit set.'),
  fault(0x21, false, 'The index of an interrupt request lies outside of the remapping table, or above HAW.'),
  fault(0x22, true, 'The interrupt remapping table entry is not present.'),
  fault(0x23, false, 'The interrupt remapping table entry could not be read.'),
  fault(0x24, true, 'A present interrupt remapping table entry has a reserved bit set.'),
  fault(0x25, false, 'A compatibility-format interrupt request is blocked.'),
  fault(0x26, true, 'The requester is not the one that the interrupt remapping table entry names.'),
  fault(0x27, true, 'The posted-interrupt descriptor could not be accessed.'),
  fault(0x28, true, 'The posted-interrupt descriptor has a reserved bit set.'),
  fault(0x29, false, 'A request to the interrupt address range is no interrupt request.'),
  fault(0x2a, false, 'An interrupt request breaks the rules of extended interrupt mode.'),
  fault(0x2b, false, 'An interrupt request breaks the rules of interrupt requests with a requester.'),
];

/** Of these the record does not tell the index of the request (11.4.7.6). */
export const withoutIndex: readonly number[] = [0x20, 0x25, 0x29, 0x2a, 0x2b];

/** Reasons that only older revisions have. */
export const olderFaults: Readonly<Record<number, string>> = {
  130: 'SGN.3, before revision 4.1: the request asks to execute, and no execute right is granted.',
  136: 'SGN.9 of revisions 3.x; later ones do not have it.',
};

/** One thing that a fault reason may mean. */
export interface FaultMeaning {
  /** Condition id of DMA remapping; interrupts have none. */
  readonly id: string | undefined;
  readonly clause: string;
  readonly qualified: boolean;
  readonly statement: string;
}

/** Everything that a fault reason may mean; conditions may share a code. */
export function faultMeanings(code: number): readonly FaultMeaning[] {
  return [
    ...faultConditions
      .filter((condition) => condition.code === code)
      .map(({ id, clause, qualified, statement }) => ({
        id,
        clause: `${clause}, Table 30`,
        qualified,
        statement,
      })),
    ...interruptFaults
      .filter((one) => one.code === code)
      .map(({ qualified, statement }) => ({
        id: undefined,
        clause: INTERRUPT_FAULT_CLAUSE,
        qualified,
        statement,
      })),
  ];
}
