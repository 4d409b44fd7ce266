/** What the optimized translation keeps of a profile beyond the masks of entries, once for each profile. */
import type { Profile } from '../../spec/schema.ts';
import { type Unit, unitOf } from './unit.ts';

const ALL = 0xffff_ffff;

export interface TranslationUnit {
  readonly entries: Unit;
  /** Maximum guest address width in bits. */
  readonly mgaw: number;
  readonly scalable: boolean;
  readonly abortDma: boolean;
  readonly separateRights: boolean;
  readonly requesterPasid: boolean;
  readonly requesterPrivilege: boolean;
  /** PSS: PASIDs of requests have this many bits. */
  readonly pasidBits: number;
  /** PTRS: translated requests may have a PASID. */
  readonly translatedPasids: boolean;
  readonly zeroLengthReads: boolean;
  readonly noWriteFlag: boolean;
  /** Reserved bits of second-stage entries, by 2 * level + page: lower and upper half. */
  readonly reservedLow: Uint32Array;
  readonly reservedHigh: Uint32Array;
  /** Reserved bits of first-stage entries below 31, by 2 * level + page. */
  readonly firstReservedLow: Uint32Array;
  /** Reserved bits of host permission table entries: four halves for each level from 0. */
  readonly permissionReserved: Uint32Array;
  /** Bits of the address that a fault record keeps, upper half: those below the largest AGAW (11.4.7.6). */
  readonly recordedHigh: number;
}

const units = new WeakMap<Profile, TranslationUnit>();

/** The unit of `profile`. */
export function translationUnitOf(profile: Profile): TranslationUnit {
  let unit = units.get(profile);
  if (unit === undefined) {
    unit = decode(profile);
    units.set(profile, unit);
  }
  return unit;
}

function decode(profile: Profile): TranslationUnit {
  const capHigh = Number(profile.cap >> 32n);
  const ecapLow = Number(profile.ecap & 0xffff_ffffn);
  const ecapHigh = Number(profile.ecap >> 32n);
  const entries = unitOf(profile);
  const aboveHaw = entries.aboveHaw & 0xf_ffff;
  const snoop = (ecapLow & 0x80) === 0 ? 0x800 : 0;
  const no2M = (capHigh & 0x4) === 0 ? 0x80 : 0;
  const no1G = (capHigh & 0x8) === 0 ? 0x80 : 0;
  const high = aboveHaw | 0x4000_0000;
  return {
    entries,
    mgaw: Number((profile.cap >> 16n) & 0x3fn) + 1,
    scalable: (ecapHigh & 0x800) !== 0,
    abortDma: (ecapHigh & 0x10_0000) !== 0,
    separateRights: (ecapHigh & 0x200_0000) !== 0,
    requesterPasid: (ecapHigh & 0x2_0000) !== 0,
    requesterPrivilege: (ecapHigh & 0x20_0000) !== 0,
    reservedLow: Uint32Array.of(
      ...[0, 0, 0, snoop, 0x800, 0x1f_f000 | snoop | no2M, 0x800, 0x3fff_f000 | snoop | no1G],
      ...[0x880, 0x880, 0x880, 0x880],
    ),
    // Tables keep IW reserved like pages do (9.8).
    reservedHigh: Uint32Array.of(0, 0, ...Array.from({ length: 10 }, () => high)),
    firstReservedLow: Uint32Array.of(
      ...[0, 0, 0, 0, 0, 0x1f_e000, 0, 0x3fff_e000 | ((capHigh & 0x100_0000) === 0 ? 0x80 : 0)],
      ...[0x80, 0x80, 0x80, 0x80],
    ),
    permissionReserved: permissionReserved(aboveHaw, (ecapHigh & 0x800_0000) !== 0),
    recordedHigh: recordedHigh(entries.addressWidths),
    pasidBits: ((ecapHigh >>> 3) & 0x1f) + 1,
    translatedPasids: (ecapHigh & 0x100_0000) !== 0,
    zeroLengthReads: (profile.cap & 0x40_0000n) !== 0n,
    noWriteFlag: (ecapHigh & 0x2) !== 0,
  };
}

/** Section 9.12: permissions with two reserved bits of four, at the top none; the next table in word 1. */
function permissionReserved(aboveHaw: number, gigabytePages: boolean): Uint32Array {
  const permissions = 0xcccc_cccc;
  return Uint32Array.of(
    ...[0, 0, 0, 0],
    ...[permissions, permissions, permissions, permissions],
    ...[permissions, permissions, 0xffe, aboveHaw],
    ...[gigabytePages ? permissions : ALL, ALL, 0xffe, aboveHaw],
    ...[ALL, ALL, 0xffe, aboveHaw],
  );
}

function recordedHigh(addressWidths: number): number {
  if ((addressWidths & 8) !== 0) return 0x01ff_ffff;
  if ((addressWidths & 4) !== 0) return 0xffff;
  return (addressWidths & 2) !== 0 ? 0x7f : 0xffff_ffff;
}
