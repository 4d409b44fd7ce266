/**
 * Fault codes of root, context and PASID entries, straight from the fields (VT-d chapter 9, Table 30). An
 * entry is its 32-bit halves in memory order, from `at` on: half 2n is bits 31:0 of word n. 0 means valid.
 * Nothing is allocated. Reserved bits are looked at before the values of fields.
 */
import type { Unit } from './unit.ts';

export const VALID = 0;

/** Legacy root entry (9.1). */
export function rootFault({ aboveHaw }: Unit, e: Uint32Array, at = 0): number {
  const low = e[at] as number;
  if ((low & 1) === 0) return 0x01;
  const reserved = (low & 0xffe) | ((e[at + 1] as number) & aboveHaw);
  return (reserved | (e[at + 2] as number) | (e[at + 3] as number)) === 0 ? VALID : 0x0a;
}

/** One half, two 32-bit halves wide, of a scalable root entry (9.2). */
export function rootHalfFault({ aboveHaw }: Unit, e: Uint32Array, at = 0): number {
  const low = e[at] as number;
  if ((low & 1) === 0) return 0x39;
  return ((low & 0xffe) | ((e[at + 1] as number) & aboveHaw)) === 0 ? VALID : 0x3a;
}

/** Legacy context entry (9.3). */
export function contextFault(unit: Unit, e: Uint32Array, at = 0): number {
  const low = e[at] as number;
  if ((low & 1) === 0) return 0x02;
  const type = (low >>> 2) & 3;
  const passThrough = type === 2;
  const upper = e[at + 2] as number;
  const pointer = passThrough ? 0 : (e[at + 1] as number) & unit.aboveHaw;
  const reserved = (low & 0xff0) | pointer | (upper & (0xff00_0080 | (unit.domainIdReserved << 8)));
  if ((reserved | (e[at + 3] as number)) !== 0) return 0x0b;
  if (((unit.translationTypes >>> type) & 1) === 0) return 0x03;
  return passThrough || ((unit.addressWidths >>> (upper & 7)) & 1) === 1 ? VALID : 0x03;
}

/**
 * Scalable context entry, 8 halves (9.4). `refusesPasid` is true for a request with PASID that is blocked
 * anyway while PASIDE is clear, whatever EPTR says (SCT.6 instead of SCT.4.3).
 */
export function scalableContextFault(
  { contextReserved }: Unit,
  e: Uint32Array,
  at = 0,
  refusesPasid = false,
): number {
  const low = e[at] as number;
  if ((low & 1) === 0) return 0x41;
  for (let half = 0; half < 8; half++) {
    if (((e[at + half] as number) & (contextReserved[half] as number)) !== 0) return 0x42;
  }
  const pageRequestsOnly = (low & 0x14) === 0x10;
  const translatedPasidOnly = !refusesPasid && (low & 0x48) === 0x40;
  const requesterPasid = (e[at + 2] as number) & 0xf_ffff;
  const beyondDirectory = requesterPasid >>> (((low >>> 9) & 7) + 13) !== 0;
  return pageRequestsOnly || translatedPasidOnly || beyondDirectory ? 0x43 : VALID;
}

/** PASID directory entry (9.5). */
export function directoryFault({ aboveHaw }: Unit, e: Uint32Array, at = 0): number {
  const low = e[at] as number;
  if ((low & 1) === 0) return 0x51;
  return ((low & 0xffc) | ((e[at + 1] as number) & aboveHaw)) === 0 ? VALID : 0x52;
}

/** PASID table entry, 16 halves (9.6). */
export function pasidFault(unit: Unit, e: Uint32Array, at = 0): number {
  const low = e[at] as number;
  if ((low & 1) === 0) return 0x59;
  const { pasidReserved } = unit;
  for (let half = 0; half < 16; half++) {
    if (((e[at + half] as number) & (pasidReserved[half] as number)) !== 0) return 0x5a;
  }
  const type = (low >>> 6) & 7;
  if (((unit.granularTypes >>> type) & 1) === 0) return 0x5b;
  const width = (low >>> 2) & 7;
  const secondStage = type === 2 || type === 3;
  if (secondStage && ((unit.addressWidths >>> width) & 1) === 0) return 0x5b;
  const firstStage = type === 1 || type === 3;
  if (firstStage && (((e[at + 4] as number) >>> 2) & 3) > unit.firstStageModes) return 0x5b;
  if (type !== 3) return VALID;
  // The first-stage pointer is guest-physical. MGAW is no limit: it is never below HAW (11.4.2), above which
  // the bits are reserved. The width is 39 at least, so the limit lies in the upper half.
  const limit = 30 + 9 * width;
  return (e[at + 5] as number) >>> (limit - 32) === 0 ? VALID : 0x5b;
}
