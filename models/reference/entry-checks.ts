/**
 * What makes a present entry without reserved bits wrong: one function a condition of Table 30 (7.1). The
 * order among conditions of one entry is free (D1), so each answers for itself.
 */
import { contextLegacy, contextScalable } from '../../spec/layouts/context.ts';
import { fieldOf } from '../../spec/layouts/layout.ts';
import { pasidTable } from '../../spec/layouts/pasid.ts';
import { readField } from '../../spec/layouts/resolve.ts';
import type { EntryFormat, Profile } from '../../spec/schema.ts';
import type { Unit } from './unit.ts';

/** `open`: the sources leave it free whether hardware faults. */
export type Finding = 'kept' | 'broken' | 'open';

export interface EntryCheck {
  /** Id in spec/faults.ts. */
  readonly condition: string;
  readonly check: (words: readonly bigint[], unit: Unit) => Finding;
}

const brokenIf = (wrong: boolean): Finding => (wrong ? 'broken' : 'kept');
const openIf = (wrong: boolean): Finding => (wrong ? 'open' : 'kept');

function isOlderThan50({ specRev }: Profile): boolean {
  return specRev === '3.1' || specRev === '3.4' || specRev === '4.1';
}

// ------------------------------------------------------------------ address widths (9.3, 9.6, CAP.SAGAW)

/** Bits of the adjusted guest address width that `AW` encodes, undefined for reserved encodings. */
export function addressWidthBits(aw: bigint): number | undefined {
  return aw >= 1n && aw <= 3n ? 30 + 9 * Number(aw) : undefined;
}

/** True when CAP.SAGAW reports the width that `AW` encodes. */
export function supportsAddressWidth(aw: bigint, unit: Unit): boolean {
  return addressWidthBits(aw) !== undefined && ((unit.capabilities.SAGAW >> Number(aw)) & 1) === 1;
}

// ------------------------------------------------------------------ legacy context entry (9.3)

const TT = fieldOf(contextLegacy, 'TT');
const CONTEXT_AW = fieldOf(contextLegacy, 'AW');
const TT_WITH_ATS = 1n;
const TT_PASS_THROUGH = 2n;
const TT_RESERVED = 3n;

function supportsTranslationType(words: readonly bigint[], { capabilities }: Unit): boolean {
  switch (readField(TT, words)) {
    case TT_WITH_ATS:
      return capabilities.DT === 1;
    case TT_PASS_THROUGH:
      return capabilities.PT === 1;
    case TT_RESERVED:
      return false;
    default:
      return true;
  }
}

/** The architecture calls unsupported values of TT reserved, so that LCT.3 may name them as well. */
const reservedTranslationType: EntryCheck = {
  condition: 'LCT.3',
  check: (words, unit) => openIf(!supportsTranslationType(words, unit)),
};

/** AW is defined for second stage; under pass-through only what software must write there is stated. */
const legacyAddressWidth: EntryCheck = {
  condition: 'LCT.4.1',
  check: (words, unit) => {
    const wrong = !supportsAddressWidth(readField(CONTEXT_AW, words), unit);
    if (!supportsTranslationType(words, unit)) return openIf(wrong);
    return readField(TT, words) === TT_PASS_THROUGH ? openIf(wrong) : brokenIf(wrong);
  },
};

const legacyTranslationType: EntryCheck = {
  condition: 'LCT.4.2',
  check: (words, unit) => brokenIf(!supportsTranslationType(words, unit)),
};

// ------------------------------------------------------------------ scalable context entry (9.4)

const DTE = fieldOf(contextScalable, 'DTE');
const PASIDE = fieldOf(contextScalable, 'PASIDE');
const PRE = fieldOf(contextScalable, 'PRE');
const EPTR = fieldOf(contextScalable, 'EPTR');
const PDTS = fieldOf(contextScalable, 'PDTS');
const RID_PASID = fieldOf(contextScalable, 'RID_PASID');

const pageRequestsWithoutDeviceTlb: EntryCheck = {
  condition: 'SCT.4.1',
  check: (words) => brokenIf(readField(DTE, words) === 0n && readField(PRE, words) === 1n),
};

/**
 * The definition was changed in revision 5.0; what it said before is not known. With RPS=0 PASID 0 is used and the
 * field is reserved: a unit may find what stands there too large before it finds that nothing may (D1).
 */
const requestPasidBeyondDirectory: EntryCheck = {
  condition: 'SCT.4.2',
  check: (words, { capabilities, profile }) => {
    const wrong = readField(RID_PASID, words) >= 1n << (readField(PDTS, words) + 13n);
    return isOlderThan50(profile) || capabilities.RPS === 0 ? openIf(wrong) : brokenIf(wrong);
  },
};

/**
 * For a request without PASID; one with PASID sees SCT.6 first. Came with revision 5.0: before it the bit is reserved,
 * and which of the two is found is open.
 */
const translatedPasidWithoutPasid: EntryCheck = {
  condition: 'SCT.4.3',
  check: (words, { profile }) => {
    const wrong = readField(EPTR, words) === 1n && readField(PASIDE, words) === 0n;
    return isOlderThan50(profile) ? openIf(wrong) : brokenIf(wrong);
  },
};

// ------------------------------------------------------------------ PASID table entry (9.6)

const PGTT = fieldOf(pasidTable, 'PGTT');
const AW = fieldOf(pasidTable, 'AW');
const FSPM = fieldOf(pasidTable, 'FSPM');
const FSPTPTR = fieldOf(pasidTable, 'FSPTPTR');
const PAT = fieldOf(pasidTable, 'PAT');
const FIRST_STAGE = 1n;
const SECOND_STAGE = 2n;
const NESTED = 3n;
const PASS_THROUGH = 4n;
const FIVE_LEVELS = 1n;

function supportsGranularTranslationType(words: readonly bigint[], { capabilities }: Unit): boolean {
  switch (readField(PGTT, words)) {
    case FIRST_STAGE:
      return capabilities.FSTS === 1;
    case SECOND_STAGE:
      return capabilities.SSTS === 1;
    case NESTED:
      return capabilities.NEST === 1;
    case PASS_THROUGH:
      return capabilities.PT === 1;
    default:
      return false;
  }
}

function usesSecondStage(words: readonly bigint[], unit: Unit): boolean {
  const pgtt = readField(PGTT, words);
  return (pgtt === SECOND_STAGE || pgtt === NESTED) && supportsGranularTranslationType(words, unit);
}

function usesFirstStage(words: readonly bigint[], unit: Unit): boolean {
  const pgtt = readField(PGTT, words);
  return (pgtt === FIRST_STAGE || pgtt === NESTED) && supportsGranularTranslationType(words, unit);
}

/** With an unsupported PGTT the code is that of SPT.4.2 anyway: SPT.4.1, 4.3 and 4.4 share it. */
const secondStageAddressWidth: EntryCheck = {
  condition: 'SPT.4.1',
  check: (words, unit) =>
    brokenIf(usesSecondStage(words, unit) && !supportsAddressWidth(readField(AW, words), unit)),
};

const granularTranslationType: EntryCheck = {
  condition: 'SPT.4.2',
  check: (words, unit) => brokenIf(!supportsGranularTranslationType(words, unit)),
};

/** That FSPM is ignored without first stage is said of its neighbours, not of FSPM itself (D9). */
const firstStagePagingMode: EntryCheck = {
  condition: 'SPT.4.3',
  check: (words, unit) => {
    const mode = readField(FSPM, words);
    const wrong = mode > FIVE_LEVELS || (mode === FIVE_LEVELS && unit.capabilities.FS5LP === 0);
    if (!wrong) return 'kept';
    return usesFirstStage(words, unit) ? 'broken' : 'open';
  },
};

/** The pointer is guest-physical under nesting; the definition is that of revision 4.1. */
const nestedPointerBeyondSecondStage: EntryCheck = {
  condition: 'SPT.4.4',
  check: (words, unit) => {
    if (readField(PGTT, words) !== NESTED || !usesSecondStage(words, unit)) return 'kept';
    const width = addressWidthBits(readField(AW, words));
    if (width === undefined) return 'kept';
    const limit = Math.min(unit.capabilities.MGAW + 1, width);
    const wrong = readField(FSPTPTR, words) >= 1n << BigInt(limit);
    const { specRev } = unit.profile;
    return specRev === '3.1' || specRev === '3.4' ? openIf(wrong) : brokenIf(wrong);
  },
};

const PAT_ENCODINGS: readonly bigint[] = [0n, 1n, 4n, 5n, 6n, 7n];

/** Whether a reserved memory type in PAT faults is not stated (D7). */
const reservedMemoryType: EntryCheck = {
  condition: 'SPT.3',
  check: (words) => {
    let pat = readField(PAT, words);
    for (; pat !== 0n; pat >>= 4n) if (!PAT_ENCODINGS.includes(pat & 0xfn)) return 'open';
    return 'kept';
  },
};

/** By format, in the order in which a condition is named when several hold. */
export const entryChecks: Readonly<Record<EntryFormat, readonly EntryCheck[]>> = {
  'root-legacy': [],
  'root-scalable-lower': [],
  'root-scalable-upper': [],
  'context-legacy': [legacyTranslationType, legacyAddressWidth, reservedTranslationType],
  'context-scalable': [
    pageRequestsWithoutDeviceTlb,
    requestPasidBeyondDirectory,
    translatedPasidWithoutPasid,
  ],
  'pasid-directory': [],
  'pasid-table': [
    granularTranslationType,
    secondStageAddressWidth,
    firstStagePagingMode,
    nestedPointerBeyondSecondStage,
    reservedMemoryType,
  ],
};
