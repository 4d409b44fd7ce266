/**
 * Rules of area `translation`: every fault condition that an untranslated request without PASID can raise
 * (Table 30), what makes a translation valid, and what a fault record holds.
 */
import { faultCondition } from '../faults.ts';
import type { Rule } from '../rule.ts';
import { rules as entryRules } from './entry.ts';

/** Conditions that need a request or more than one entry. Those of one entry are rules of area `entry` too. */
const conditions = [
  ...['LRT.1', 'LCT.1', 'LCT.4.3', 'LSS.1', 'LSS.2', 'LGN.1.1', 'LGN.1.3', 'LGN.2', 'LGN.3', 'LGN.4'],
  ...['RTA.1.1', 'RTA.1.2', 'RTA.1.3', 'RTA.1.4', 'RTA.4', 'SRT.1', 'SCT.1', 'SPD.1', 'SPT.1', 'SPT.6'],
  ...['SSS.1', 'SSS.2', 'SSS.3', 'SSS.4', 'SGN.4.2', 'SGN.5', 'SGN.6', 'SGN.7', 'SGN.8.1'],
] as const;
/** Raised for sure only where a unit translates by the first stage, which is not drawn. */
const firstStageOnly: readonly string[] = ['SPT.4.3', 'SPT.4.4'];

function rule(id: string, clause: string, statement: string, note?: string): Rule {
  const named = {
    id: `translation.${id}`,
    areas: ['translation'],
    level: 'must',
    statement,
    clause,
  } as const;
  return note === undefined ? named : { ...named, note };
}

const success: readonly Rule[] = [
  rule(
    'second-stage.4k',
    '3.7, 9.8',
    'A request through a valid second-stage path to a page table entry goes to its 4 KiB page.',
  ),
  rule(
    'second-stage.2m',
    '3.7, 9.8',
    'A request through a valid second-stage path to a page directory entry with PS set goes to its 2 MiB page.',
  ),
  rule(
    'second-stage.1g',
    '3.7, 9.8',
    'A request through a valid second-stage path to a page directory pointer entry with PS set goes to its 1 GiB page.',
  ),
  rule(
    'pass-through.legacy',
    '3.9, 9.3',
    'Under TT 10b a request within the host address width goes to its own address, with all rights.',
  ),
  rule(
    'pass-through.scalable',
    '3.9, 9.6',
    'Under PGTT 100b a request within the host address width goes to its own address, with all rights.',
  ),
  rule(
    'ignored.pass-through.legacy',
    '9.3',
    'Under TT 10b the second-stage pointer does not matter.',
    'Whether AW and the bits of the pointer above the host address width matter is open: both are allowed.',
  ),
  rule(
    'ignored.pass-through.scalable',
    '9.6',
    'Under PGTT 100b the fields of first and second stage do not matter as far as the unit has them.',
  ),
  rule(
    'ignored.root-half',
    '9.2',
    'The half of a scalable root entry that serves other devices does not matter.',
    'Whether it may be malformed when it is present is open (D2): both are allowed.',
  ),
  rule(
    'ignored.software',
    '9.8',
    'Bits 63, 60:52, 10 and 2 of a second-stage entry do not matter.',
    'Bit 2 was the execute right before revision 4.1 and is not tested there.',
  ),
  rule(
    'ignored.memory-type',
    '9.8, 3.11',
    'Bits 6:3 of a second-stage entry do not change whether and where a request goes.',
  ),
  rule(
    'ignored.accessed-dirty',
    '9.8, 3.7.2',
    'Bits 9:8 of a second-stage entry do not matter while accessed and dirty flags are off.',
  ),
  rule(
    'ignored.io-read',
    '9.8, 11.4.6',
    'Bit 61 of a second-stage entry does not matter while SSIRWE is off.',
  ),
  rule('ignored.page-size-bit', '9.8', 'Bit 7 of a page table entry does not matter.'),
  rule(
    'snoop-bit',
    '9.8, 3.10',
    'Bit 11 of an entry that maps a page may be set when the unit has snoop control.',
  ),
];

const answer: readonly Rule[] = [
  rule(
    'page-size',
    '3.7',
    'An answer is good for no more than the page that was found.',
    'A smaller page is allowed: hardware may split one. Under pass-through any size is.',
  ),
  rule(
    'permission',
    '3.7.1, 3.9',
    'The rights of an answer are those that every entry on the path grants; pass-through grants both.',
  ),
];

const records: readonly Rule[] = [
  rule('record.made', '7.2.1', 'A fault is recorded when no entry that was reached has FPD set.'),
  rule(
    'record.cached',
    '6.2.4, 7.2.1',
    'A fault is recorded also when an earlier request of the device was translated by the same page, so that a cached translation may be what refuses this one.',
  ),
  rule(
    'record.unqualified',
    '7.1.3',
    'A fault that is not qualified is recorded although an entry that was reached has FPD set.',
  ),
  rule(
    'fpd.context',
    '9.3, 9.4, 7.1.3',
    'FPD of the context entry suppresses the record of a qualified fault, also when the entry is not present.',
  ),
  rule(
    'fpd.pasid-directory',
    '9.5, 7.1.3',
    'FPD of the PASID directory entry suppresses the record of a qualified fault, also when it is not present.',
  ),
  rule(
    'fpd.pasid-table',
    '9.6, 7.1.3',
    'FPD of the PASID table entry suppresses the record of a qualified fault, also when it is not present.',
  ),
  rule('record.code', '11.4.7.6', 'The record gives the code of the condition that blocked the request.'),
  rule('record.source-id', '11.4.7.6', 'The record names the requester.'),
  rule(
    'record.address',
    '11.4.7.6',
    'The record gives the page of the request, bits 63:12, below the largest address width of the unit.',
  ),
  rule(
    'record.address-above-width',
    '11.4.7.6',
    'Bits of the recorded page at and above the largest address width of the unit are zero.',
    'Where second and first stage have different widths, the bits between them may be either.',
  ),
  rule('record.operation', '11.4.7.6', 'The record tells a read from a write.'),
  rule('record.no-pasid', '11.4.7.6', 'The record of a request without PASID does not claim one.'),
];

/** The rules that only this area has. */
export const rules: readonly Rule[] = [...conditions.map(conditionRule), ...success, ...answer, ...records];

/** Every rule that a drawn case of this area can decide. */
export const translationRules: readonly Rule[] = [
  ...entryRules.filter(({ id, areas }) => areas.includes('translation') && !firstStageOnly.includes(id)),
  ...rules,
];

function conditionRule(id: string): Rule {
  const { statement, clause } = faultCondition(id);
  return { id, areas: ['translation'], level: 'must', statement, clause: `${clause}, Table 30` };
}
