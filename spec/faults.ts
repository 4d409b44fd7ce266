/**
 * The fault conditions of DMA remapping as data (VT-d rev 5.10, Table 30 and 7.1): condition id, fault
 * code, whether fault processing disable suppresses the record, and the response to each kind of request.
 */

import { specRevisions } from './names.ts';
import type { Profile } from './schema.ts';

/** How a blocked request is answered; `n/a` where the condition cannot occur for the kind. */
export type Response =
  | 'UR'
  | 'CA'
  | 'success-no-rights'
  | 'success-effective-rights'
  | 'invalid-request'
  | 'drop'
  | 'n/a';

/** Request kinds: untranslated, translation, translated, each without and with PASID; page requests. */
export const requestKinds = [
  'untranslated',
  'untranslated-pasid',
  'translation',
  'translation-pasid',
  'translated',
  'translated-pasid',
  'page-request-response',
  'page-request-no-response',
] as const;
export type RequestKind = (typeof requestKinds)[number];

export interface FaultCondition {
  readonly id: string;
  /** Fault reason as recorded, 8 bits. */
  readonly code: number;
  /** True when FPD suppresses the record (a qualified fault). */
  readonly qualified: boolean;
  readonly statement: string;
  /** Section of VT-d rev 5.10 that defines the field or check. */
  readonly clause: string;
  readonly responses: Readonly<Record<RequestKind, Response>>;
}

const abbreviations: Readonly<Record<string, Response>> = {
  UR: 'UR',
  CA: 'CA',
  S0: 'success-no-rights',
  SE: 'success-effective-rights',
  IR: 'invalid-request',
  dr: 'drop',
  '-': 'n/a',
};

/** `responses` lists the columns in the order of `requestKinds`. */
function fault(
  id: string,
  code: number,
  qualification: 'qualified' | 'unqualified',
  statement: string,
  clause: string,
  responses: string,
): FaultCondition {
  const columns = responses.split(' ');
  return {
    id,
    code,
    qualified: qualification === 'qualified',
    statement,
    clause,
    responses: Object.fromEntries(
      requestKinds.map((kind, column) => [kind, abbreviations[columns[column] ?? '-']]),
    ) as Record<RequestKind, Response>,
  };
}

// biome-ignore format: one condition a line reads as the table it is
export const faultConditions: readonly FaultCondition[] = [
  fault('LRT.1', 0x08, 'unqualified', 'The legacy root entry cannot be read.', '9.1', 'UR - CA - UR - - -'),
  fault('LRT.2', 0x01, 'unqualified', 'The legacy root entry is not present.', '9.1', 'UR - UR - UR - - -'),
  fault('LRT.3', 0x0a, 'unqualified', 'A present legacy root entry has a reserved bit set.', '9.1', 'UR - CA - UR - - -'),
  fault('LCT.1', 0x09, 'unqualified', 'The legacy context entry cannot be read.', '9.3', 'UR - CA - UR - - -'),
  fault('LCT.2', 0x02, 'qualified', 'The legacy context entry is not present.', '9.3', 'UR - UR - UR - - -'),
  fault('LCT.3', 0x0b, 'qualified', 'A present legacy context entry has a reserved bit set.', '9.3', 'UR - CA - UR - - -'),
  fault('LCT.4.1', 0x03, 'qualified', 'The address width of the legacy context entry is not supported.', '9.3', 'UR - CA - UR - - -'),
  fault('LCT.4.2', 0x03, 'qualified', 'The translation type of the legacy context entry is not supported.', '9.3', 'UR - CA - UR - - -'),
  fault('LCT.4.3', 0x03, 'qualified', 'The top second-stage table of a legacy context entry cannot be read.', '9.3', 'UR - CA - - - - -'),
  fault('LCT.5', 0x0d, 'qualified', 'The translation type of the legacy context entry blocks ATS requests.', '9.3', '- - UR - UR - - -'),
  fault('LSS.1', 0x07, 'qualified', 'A lower second-stage table cannot be read in legacy mode.', '9.8', 'UR - CA - - - - -'),
  fault('LSS.2', 0x0c, 'qualified', 'A second-stage entry that grants a right has a reserved bit set, in legacy mode.', '9.8', 'UR - CA - - - - -'),
  fault('LGN.1.1', 0x04, 'qualified', 'The address is beyond the smaller of MGAW and the entry width, in legacy mode.', '3.7', 'UR - S0 - - - - -'),
  fault('LGN.1.2', 0x04, 'qualified', 'A translated address is beyond the host address width, in legacy mode.', '4.2.4', '- - - - UR - - -'),
  fault('LGN.1.3', 0x04, 'qualified', 'A pass-through address is beyond the host address width, in legacy mode.', '3.9', 'UR - - - - - - -'),
  fault('LGN.2', 0x05, 'qualified', 'A write or atomic finds no write permission in legacy mode.', '3.7.1', 'UR - SE - - - - -'),
  fault('LGN.3', 0x06, 'qualified', 'A read or atomic finds no read permission in legacy mode.', '3.7.1', 'UR - SE - - - - -'),
  fault('LGN.4', 0x0e, 'qualified', 'The output address is in the interrupt range, in legacy mode.', '3.15', 'UR - CA - UR - - -'),
  fault('RTA.1.1', 0x30, 'unqualified', 'TTM is abort-DMA without the capability for it.', '11.4.6', 'UR UR CA CA UR UR IR dr'),
  fault('RTA.1.2', 0x30, 'unqualified', 'TTM has the reserved value 10b.', '11.4.6', 'UR UR CA CA UR UR IR dr'),
  fault('RTA.1.3', 0x30, 'unqualified', 'TTM is scalable mode without the capability for it.', '11.4.6', 'UR UR CA CA UR UR IR dr'),
  fault('RTA.1.4', 0x30, 'unqualified', 'Separate second-stage read and write bits are enabled in legacy mode.', '11.4.6', 'UR - CA - UR - - -'),
  fault('RTA.2', 0x31, 'unqualified', 'A request with PASID arrives in legacy mode.', '3.4', '- UR - UR - UR - -'),
  fault('RTA.3', 0x32, 'unqualified', 'A page request arrives in legacy mode.', '3.4', '- - - - - - IR dr'),
  fault('RTA.4', 0x33, 'unqualified', 'The unit is in abort-DMA mode.', '11.4.6', 'UR UR UR UR UR UR IR dr'),
  fault('RTA.5', 0x34, 'unqualified', 'A request asks for execution, which major version 8 no longer knows.', '7.1.3', '- UR - UR - UR - -'),
  fault('SRT.1', 0x38, 'unqualified', 'The scalable root entry cannot be read.', '9.2', 'UR UR CA CA UR UR IR dr'),
  fault('SRT.2', 0x39, 'unqualified', 'The half of the scalable root entry for the device is not present.', '9.2', 'UR UR UR UR UR UR IR dr'),
  fault('SRT.3', 0x3a, 'unqualified', 'A present half of a scalable root entry has a reserved bit set.', '9.2', 'UR UR CA CA UR UR IR dr'),
  fault('SCT.1', 0x40, 'unqualified', 'The scalable context entry cannot be read.', '9.4', 'UR UR CA CA UR UR IR dr'),
  fault('SCT.2', 0x41, 'qualified', 'The scalable context entry is not present.', '9.4', 'UR UR UR UR UR UR IR dr'),
  fault('SCT.3', 0x42, 'qualified', 'A present scalable context entry has a reserved bit set.', '9.4', 'UR UR CA CA UR UR IR dr'),
  fault('SCT.4.1', 0x43, 'qualified', 'A scalable context entry enables page requests without a Device-TLB.', '9.4', 'UR UR CA CA UR UR IR dr'),
  fault('SCT.4.2', 0x43, 'qualified', 'RID_PASID is beyond the PASID directory of the scalable context entry.', '9.4', 'UR UR CA CA UR UR IR dr'),
  fault('SCT.4.3', 0x43, 'qualified', 'A scalable context entry enables translated requests with PASID but not PASIDs.', '9.4', 'UR - CA - UR UR IR dr'),
  fault('SCT.5', 0x44, 'qualified', 'An ATS request arrives while the Device-TLB enable of the context entry is clear.', '9.4', '- - UR UR UR UR - -'),
  fault('SCT.6', 0x45, 'qualified', 'A request with PASID arrives while PASIDE of the context entry is clear.', '9.4', '- UR - UR - - IR dr'),
  fault('SCT.7', 0x46, 'qualified', 'The PASID of a request is beyond the PASID directory.', '9.4', '- UR - UR - UR IR dr'),
  fault('SCT.8', 0x47, 'qualified', 'A page request arrives while PRE of the context entry is clear.', '9.4', '- - - - - - IR dr'),
  fault('SCT.9', 0x48, 'qualified', 'The PASID of a request equals RID_PASID.', '9.4', '- UR - UR - UR IR dr'),
  fault('SCT.10', 0x49, 'qualified', 'A translated request with PASID arrives while EPTR of the context entry is clear.', '9.4', '- - - - - UR - -'),
  fault('SPD.1', 0x50, 'unqualified', 'The PASID directory entry cannot be read.', '9.5', 'UR UR CA CA CA CA IR dr'),
  fault('SPD.2', 0x51, 'qualified', 'The PASID directory entry is not present.', '9.5', 'UR UR S0 S0 UR UR IR dr'),
  fault('SPD.3', 0x52, 'qualified', 'A present PASID directory entry has a reserved bit set.', '9.5', 'UR UR CA CA CA CA IR dr'),
  fault('SPT.1', 0x58, 'unqualified', 'The PASID table entry cannot be read.', '9.6', 'UR UR CA CA CA CA IR dr'),
  fault('SPT.2', 0x59, 'qualified', 'The PASID table entry is not present.', '9.6', 'UR UR S0 S0 UR UR IR dr'),
  fault('SPT.3', 0x5a, 'qualified', 'A present PASID table entry has a reserved bit set.', '9.6', 'UR UR CA CA CA CA IR dr'),
  fault('SPT.4.1', 0x5b, 'qualified', 'The second-stage address width of the PASID table entry is not supported.', '9.6', 'UR UR CA CA CA CA IR dr'),
  fault('SPT.4.2', 0x5b, 'qualified', 'The translation type (PGTT) of the PASID table entry is not supported.', '9.6', 'UR UR CA CA CA CA IR dr'),
  fault('SPT.4.3', 0x5b, 'qualified', 'The first-stage paging mode of the PASID table entry is not supported.', '9.6', 'UR UR CA CA CA CA IR dr'),
  fault('SPT.4.4', 0x5b, 'qualified', 'The first-stage pointer of a nested PASID table entry is beyond the second-stage width.', '9.6', 'UR UR CA CA CA CA IR dr'),
  fault('SPT.5', 0x5c, 'qualified', 'A request asks for execution while execution is not supported.', '7.1.3', '- UR - S0 - - - -'),
  fault('SPT.6', 0x5d, 'qualified', 'A privileged request meets a PASID table entry with SRE clear.', '9.6', 'UR UR S0 S0 - - - -'),
  fault('SPT.9', 0x60, 'qualified', 'A translated address is beyond the reach of the host permission table.', '4.2.4', '- - - - UR UR - -'),
  fault('SFS.1', 0x70, 'qualified', 'A lower first-stage table cannot be read.', '9.7', 'UR UR S0 S0 - - - -'),
  fault('SFS.2', 0x71, 'qualified', 'A first-stage entry is not present.', '9.7', 'UR UR S0 S0 - - - -'),
  fault('SFS.3', 0x72, 'qualified', 'A present first-stage entry has a reserved bit set.', '9.7', 'UR UR S0 S0 - - - -'),
  fault('SFS.4', 0x73, 'qualified', 'The top first-stage table cannot be read.', '9.7', 'UR UR S0 S0 - - - -'),
  fault('SFS.5', 0x74, 'qualified', 'An address in a nested first-stage entry is beyond the second-stage width.', '3.8', 'UR UR S0 S0 - - - -'),
  fault('SFS.6', 0x75, 'qualified', 'Second stage gives no read permission to the top first-stage table.', '3.8', 'UR UR S0 S0 - - - -'),
  fault('SFS.7', 0x76, 'qualified', 'Second stage gives no read permission to a lower first-stage table.', '3.8', 'UR UR S0 S0 - - - -'),
  fault('SFS.8', 0x77, 'qualified', 'Second stage gives no write permission for setting a first-stage flag.', '3.8', 'UR UR S0 S0 - - - -'),
  fault('SFS.9', 0x90, 'qualified', 'A first-stage flag must be set but the walk is not snooped.', '3.10', 'UR UR S0 S0 - - - -'),
  fault('SFS.10', 0x91, 'qualified', 'Setting a first-stage flag failed.', '3.6.2', 'UR UR S0 S0 - - - -'),
  fault('SSS.1', 0x78, 'qualified', 'A lower second-stage table cannot be read.', '9.8', 'UR UR CA CA - - - -'),
  fault('SSS.2', 0x79, 'qualified', 'The second-stage entries on the path grant neither read nor write.', '9.8', 'UR UR S0 S0 - - - -'),
  fault('SSS.3', 0x7a, 'qualified', 'A second-stage entry that grants a right has a reserved bit set.', '9.8', 'UR UR CA CA - - - -'),
  fault('SSS.4', 0x7b, 'qualified', 'The top second-stage table cannot be read.', '9.8', 'UR UR CA CA - - - -'),
  fault('SSS.5', 0x7c, 'qualified', 'A second-stage flag must be set but the walk is not snooped.', '3.10', 'UR UR CA CA - - - -'),
  fault('SSS.6', 0x7d, 'qualified', 'Setting a second-stage flag failed.', '3.7.2', 'UR UR CA CA - - - -'),
  fault('SGN.1', 0x80, 'qualified', 'The address is not canonical for the first-stage paging mode.', '3.6', 'UR UR S0 S0 - - - -'),
  fault('SGN.2', 0x81, 'qualified', 'A user request meets a supervisor page.', '3.6.1', 'UR UR S0 S0 - - - -'),
  fault('SGN.4.1', 0x83, 'qualified', 'A translated address is beyond the host address width.', '4.2.4', '- - - - UR UR - -'),
  fault('SGN.4.2', 0x83, 'qualified', 'A pass-through address is beyond the host address width.', '3.9', 'UR UR S0 S0 - - - -'),
  fault('SGN.5', 0x84, 'qualified', 'The address is beyond the smaller of MGAW and the second-stage width.', '3.7', 'UR UR S0 S0 - - - -'),
  fault('SGN.6', 0x85, 'qualified', 'A write or atomic finds no write permission.', '3.7.1', 'UR UR SE SE - - - -'),
  fault('SGN.7', 0x86, 'qualified', 'A read or atomic finds no second-stage read permission.', '3.7.1', 'UR UR SE SE - - - -'),
  fault('SGN.8.1', 0x87, 'qualified', 'The output address of an untranslated request is in the interrupt range.', '3.15', 'UR UR - - - - - -'),
  fault('SGN.8.2', 0x87, 'qualified', 'The page of a translation completion overlaps the interrupt range.', '3.15', '- - CA CA - - - -'),
  fault('SGN.8.3', 0x87, 'qualified', 'A translated address is in the interrupt range.', '3.15', '- - - - UR UR - -'),
  fault('SGN.10', 0x89, 'qualified', 'The PASID of a request is wider than PSS allows.', '4.2', '- UR - UR - UR - -'),
  fault('HPT.1', 0xa0, 'qualified', 'A lower host permission table cannot be read.', '9.12', '- - - - CA CA - -'),
  fault('HPT.2', 0xa1, 'qualified', 'A host permission table entry has a reserved bit set.', '9.12', '- - - - CA CA - -'),
  fault('HPT.3', 0xa2, 'qualified', 'The top host permission table cannot be read.', '9.12', '- - - - CA CA - -'),
  fault('HPT.4', 0xa3, 'qualified', 'A zero-length read ends the host permission walk without a permission.', '9.12', '- - - - UR UR - -'),
  fault('HPT.5', 0xa4, 'qualified', 'The host permission table gives no write permission.', '9.12', '- - - - UR UR - -'),
  fault('HPT.6', 0xa5, 'qualified', 'The host permission table gives no read permission.', '9.12', '- - - - UR UR - -'),
];

/** Conditions whose definition changed, with the revision that brought the one above. */
const redefinedIn: Readonly<Record<string, Profile['specRev']>> = {
  'LCT.4.3': '5.0',
  'SCT.4.2': '5.0',
  'SPT.2': '5.0',
  'SSS.2': '5.0',
  'SGN.7': '5.0',
  'SPT.4.4': '4.1',
  'SFS.5': '4.1',
  'SGN.8.1': '4.1',
  'SGN.8.2': '4.1',
  'SGN.8.3': '4.1',
};

/** True when the responses of `condition` are known for `specRev`; what it said before is not. */
export function isSettled({ id }: FaultCondition, specRev: Profile['specRev']): boolean {
  const since = redefinedIn[id];
  return since === undefined || specRevisions.indexOf(specRev) >= specRevisions.indexOf(since);
}

const byId = new Map(faultConditions.map((condition) => [condition.id, condition]));

/** The condition named `id`. Throws RangeError for an id that the table does not have. */
export function faultCondition(id: string): FaultCondition {
  const condition = byId.get(id);
  if (!condition) throw new RangeError(`no fault condition ${id}`);
  return condition;
}
