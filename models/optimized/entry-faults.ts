/**
 * Fault codes of root, context and PASID entries, straight from the fields (VT-d chapter 9, Table 30). An
 * entry is its 32-bit halves in memory order, from `at` on: half 2n is bits 31:0 of word n. 0 means valid.
 * Nothing is allocated. Reserved bits are looked at before the values of fields.
 */
import type { Unit } from './unit.ts';

const VALID = 0;

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
  const r = contextReserved;
  const reserved = (low & r[0]!) | (e[at + 1]! & r[1]!) | (e[at + 2]! & r[2]!) | e[at + 3]!;
  if ((reserved | e[at + 4]! | e[at + 5]! | e[at + 6]! | e[at + 7]!) !== 0) return 0x42;
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
  if (pasidReservedBits(unit.pasidReserved, e, at) !== 0) return 0x5a;
  // Bits instead of branches: which of these an entry has is hard to foresee, and a wrong guess costs more than all.
  const type = (low >>> 6) & 7;
  const width = (low >>> 2) & 7;
  const mode = (e[at + 4]! >>> 2) & 3;
  const firstStage = 0b1010 >>> type;
  const secondStage = 0b1100 >>> type;
  const supported =
    (unit.granularTypes >>> type) &
    (~secondStage | (unit.addressWidths >>> width)) &
    (~firstStage | (unit.firstStageModes >>> mode));
  if ((supported & 1) === 0) return 0x5b;
  // The first-stage pointer is guest-physical. MGAW is no limit: it is never below HAW (11.4.2), above which
  // the bits are reserved. The width is 39 at least, so the limit lies in the upper half.
  const nested = firstStage & secondStage & 1;
  return (e[at + 5]! >>> (9 * width - 2)) * nested === 0 ? VALID : 0x5b;
}

/** Bits of a PASID table entry that are set and reserved. Without a loop, and small enough to be inlined. */
function pasidReservedBits(r: Uint32Array, e: Uint32Array, at: number): number {
  const used =
    (e[at]! & r[0]!) |
    (e[at + 1]! & r[1]!) |
    (e[at + 2]! & r[2]!) |
    (e[at + 3]! & r[3]!) |
    (e[at + 4]! & r[4]!) |
    (e[at + 5]! & r[5]!) |
    (e[at + 8]! & r[8]!) |
    (e[at + 9]! & r[9]!) |
    (e[at + 10]! & r[10]!);
  const unused =
    e[at + 6]! | e[at + 7]! | e[at + 11]! | e[at + 12]! | e[at + 13]! | e[at + 14]! | e[at + 15]!;
  return used | unused;
}
