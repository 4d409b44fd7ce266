/**
 * Rules of area `translation`: every fault condition of Table 30, what makes a translation valid, what a
 * completion and a fault record hold, and which flags are set in memory.
 */
import { faultCondition, faultConditions } from '../faults.ts';
import type { Rule } from '../rule.ts';
import { rules as entryRules } from './entry.ts';

/** Conditions that no case can bring about, and why. */
const unreachable: Readonly<Record<string, string>> = {
  'RTA.5': 'A request of a case cannot ask for execution.',
  'SPT.5': 'A request of a case cannot ask for execution.',
  'SFS.10': 'An atomic update of memory that answers does not fail.',
  'SSS.6': 'An atomic update of memory that answers does not fail.',
};

/** Conditions that one entry raises by itself are rules of area `entry` too. */
const ofOneEntry = new Set(entryRules.map(({ id }) => id));
const conditions = faultConditions.map(({ id }) => id).filter((id) => !ofOneEntry.has(id));

const conditionNotes: Readonly<Record<string, string>> = {
  'SFS.6': 'Second-stage conditions are allowed as well: Table 30 names both (D4).',
  'SFS.7': 'Second-stage conditions are allowed as well: Table 30 names both (D4).',
  'SFS.8':
    'SGN.6 is allowed as well (D4), and with SSADE the read of the table may be refused already (D21).',
  'SFS.9':
    'A translation request is completed without rights; whether that is recorded is stated both ways (D23).',
  'SCT.9':
    'Allowed and not required without RID_PASID (D20), and after a request without PASID by the same device, whose translation may be cached (6.2.1).',
  'SCT.10':
    'Where the unit has no PASIDs in translated requests at all they are blocked in whatever way (D26).',
  'SGN.10': 'May be found before any table is read: FPD may count or not (D6).',
  'SGN.8.2':
    'A completion for a smaller page that does not reach the range is allowed; under pass-through the sources differ (D19).',
  'HPT.2': 'Reserved bits of the permissions of other pages may be checked or not (D24).',
};

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
    'first-stage.4k',
    '3.6, 9.7',
    'A request through a valid first-stage path to a page table entry goes to its 4 KiB page.',
  ),
  rule(
    'first-stage.2m',
    '3.6, 9.7',
    'A request through a valid first-stage path to a page directory entry with PS set goes to its 2 MiB page.',
  ),
  rule(
    'first-stage.1g',
    '3.6, 9.7',
    'A request through a valid first-stage path to a page directory pointer entry with PS set goes to its 1 GiB page.',
  ),
  rule(
    'nested',
    '3.8',
    'Under PGTT 011b first-stage tables and the page that they give are guest addresses, translated by second stage.',
  ),
  rule('pasid', '3.4.3, 9.6', 'A request with PASID is translated by the PASID table entry of that PASID.'),
  rule(
    'zero-length-read',
    '3.14',
    'Where the unit has ZLR a zero-length read of a page that can only be written succeeds.',
    'Where the right is taken by one entry and the left by another a fault is allowed as well (D25).',
  ),
  rule(
    'translated-request',
    '4.2.5',
    'A translated request that the context entry allows goes to the address that it gives.',
  ),
  rule(
    'translated-request.pasid',
    '4.2.1, 4.2.5',
    'A translated request with PASID is blocked where the unit does not support them.',
    'Whether and how that is recorded is stated in two ways (D26): nothing but the block is looked at.',
  ),
  rule(
    'host-permission',
    '4.2.4',
    'Under HPTE a translated request that the host permission table allows goes to the address that it gives.',
  ),
  rule(
    'page-request',
    '7.4, Table 30',
    'A page request that meets no fault condition of its context and PASID entries is queued.',
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
  rule('ignored.first-stage-software', '9.7', 'Bits 62:52, 11 and 9:8 of a first-stage entry do not matter.'),
  rule('ignored.execute-disable', '9.7', 'Bit 63 of a first-stage entry does not matter since revision 4.1.'),
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

const completions: readonly Rule[] = [
  rule(
    'translation-request.rights',
    '4.2.3',
    'A completion grants the rights that the request would have in the page, and no fault comes of one that is missing.',
  ),
  rule(
    'translation-request.no-write',
    '4.2.3',
    'Where the unit has NWFS a translation request with NW set is granted no write permission.',
  ),
  rule(
    'translation-request.untranslated-only',
    '4.2.3',
    'U of a completion is set for the interrupt range only.',
  ),
  rule(
    'translation-request.privileged',
    '4.2.3',
    'PRIV of a completion is set when the request has a PASID and asks for privilege, also when no rights are granted.',
  ),
  rule(
    'translation-request.non-snooped',
    '4.2.3, Table 10',
    'N of a completion is PGSNP or the SNP bit of the second-stage entry that maps the page.',
  ),
  rule(
    'translation-request.interrupt-range',
    '4.2.3, 3.15',
    'A translation request without PASID to FEEx_xxxxh is told to write untranslated (S.1).',
    'Errors that lie deeper than the context entry may be found first (D18).',
  ),
  rule(
    'translation-request.interrupt-range-read-only',
    '4.2.3, 3.15',
    'A translation request without PASID to FEEx_xxxxh that does not want to write gets no rights (S.2).',
    'Errors that lie deeper than the context entry may be found first (D18).',
  ),
];

const flags: readonly Rule[] = [
  rule(
    'flags.first-stage.accessed',
    '3.6.2',
    'A is set in each first-stage entry of a translation.',
    'It may be set for requests that fault as well.',
  ),
  rule(
    'flags.first-stage.extended-accessed',
    '3.6.2',
    'Under EAFE EA is set in each first-stage entry of a translation.',
  ),
  rule(
    'flags.first-stage.dirty',
    '3.6.2, 4.2.3.1',
    'D is set in the first-stage entry that maps the page when the request writes, or is granted write permission.',
  ),
  rule(
    'flags.second-stage.accessed',
    '3.7.2',
    'Under SSADE A is set in each second-stage entry of a translation.',
    'It may be set for requests that fault as well.',
  ),
  rule(
    'flags.second-stage.dirty',
    '3.7.2, 3.8.1',
    'Under SSADE D is set in the second-stage entry that maps a page that is written, first-stage tables included.',
    'D of a page of first-stage tables that were not written is left open (D22).',
  ),
  rule(
    'flags.nothing-else',
    '3.6.2, 3.7.2',
    'Translation changes nothing in memory but flags of entries that are used, and dirty flags only for writes that go through.',
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
  rule(
    'record.operation',
    '11.4.7.6',
    'The record tells reads, writes, atomics and page requests from each other.',
    'What it tells of a translation request is not stated.',
  ),
  rule('record.no-pasid', '11.4.7.6', 'The record of a request without PASID does not claim one.'),
  rule('record.pasid-present', '11.4.7.6', 'The record of a request with PASID says so.'),
  rule('record.pasid', '11.4.7.6', 'The record of a request with PASID gives the PASID.'),
  rule(
    'record.privileged',
    '11.4.7.6',
    'The record of a request with PASID tells whether it asked for privilege.',
  ),
  rule('record.recoverable', '7.1.2', 'Nothing that ends in a success, with or without rights, is recorded.'),
];

/** The rules that only this area has. */
export const rules: readonly Rule[] = [
  ...conditions.map(conditionRule),
  ...success,
  ...completions,
  ...answer,
  ...flags,
  ...records,
];

/** Every rule that a drawn case of this area can decide. */
export const translationRules: readonly Rule[] = [
  ...entryRules.filter(({ areas }) => areas.includes('translation')),
  ...rules.filter((one) => one.unreachable === undefined),
];

function conditionRule(id: string): Rule {
  const { statement, clause } = faultCondition(id);
  const note = conditionNotes[id];
  const reason = unreachable[id];
  return {
    id,
    areas: ['translation'],
    level: 'must',
    statement,
    clause: `${clause}, Table 30`,
    ...(note === undefined ? {} : { note }),
    ...(reason === undefined ? {} : { unreachable: reason }),
  };
}
