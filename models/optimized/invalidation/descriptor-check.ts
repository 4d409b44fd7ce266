/**
 * Whether the unit accepts a descriptor (VT-d 6.5.2): its type in the translation table mode (Table 26), the
 * capability behind it, reserved bits and granularity. The answer is an IQEI (11.4.9.9), or 0.
 */
import type { DescriptorFacts } from './capabilities.ts';

export const CONTEXT = 1;
export const IOTLB = 2;
export const DEVICE_TLB = 3;
export const INTERRUPT_ENTRY = 4;
export const WAIT = 5;
export const PASID_IOTLB = 6;
export const PASID_CACHE = 7;
export const PASID_DEVICE_TLB = 8;
export const PAGE_GROUP_RESPONSE = 9;
export const HOST_PERMISSION = 10;

/** Types from 0 on, one more than the highest. */
const TYPES = 11;

const INVALID_TYPE = 3;
const RESERVED_FIELD = 4;

/** Halves 0 to 3 of each type, from type 0 on: bits that may be set whatever the capabilities. */
const permitted = Uint32Array.of(
  ...[0, 0, 0, 0],
  ...[0xffff_003f, 0x0003_ffff, 0, 0],
  ...[0xffff_00ff, 0, 0xffff_f07f, 0xffff_ffff],
  ...[0x001f_000f, 0x0000_ffff, 0xffff_f001, 0xffff_ffff],
  ...[0xf800_001f, 0x0000_ffff, 0, 0],
  ...[0x0000_007f, 0xffff_ffff, 0xffff_fffc, 0xffff_ffff],
  ...[0xffff_003f, 0x000f_ffff, 0xffff_f07f, 0xffff_ffff],
  ...[0xffff_003f, 0x000f_ffff, 0, 0],
  ...[0xffff_01ff, 0x000f_ffff, 0xffff_f801, 0xffff_ffff],
  ...[0xffff_f01f, 0x000f_ffff, 0x0000_0ff8, 0],
  ...[0xffff_003f, 0, 0xffff_f0ff, 0xffff_ffff],
);

/** Bits 6:0 of the type: 11:9 and 3:0 of the descriptor. */
export function typeOf(low: number): number {
  return (low & 0xf) | ((low >>> 5) & 0x70);
}

/** The granularity of all types that have one. */
export function granularityOf(low: number): number {
  return (low >>> 4) & 3;
}

/** Of a row: reserved bits of halves 0 to 3, then KNOWN and the granularities that are reserved, by bit. */
const RULES = 4;
const STRIDE = 8;
const KNOWN = 0x10;

/** A row for each type in scalable mode, then one for each in legacy mode. */
export function compileDescriptors(capabilities: DescriptorFacts): Uint32Array {
  const rows = new Uint32Array(2 * TYPES * STRIDE);
  for (let index = 0; index < 2 * TYPES; index++) {
    const type = index % TYPES;
    const row = index * STRIDE;
    for (let half = 0; half < RULES; half++) {
      rows[row + half] = ~((permitted[4 * type + half] as number) | moreBits(capabilities, type, half));
    }
    let rules = isKnown(capabilities, type, index >= TYPES) ? KNOWN : 0;
    for (let granularity = 0; granularity < 4; granularity++) {
      if (isGranularityReserved(capabilities, type, granularity)) rules |= 1 << granularity;
    }
    rows[row + RULES] = rules;
  }
  return rows;
}

/** The descriptor of 4 halves, or 8 in a `wide` queue, at `at`; `rows` are compiled; `legacy`: RTADDR_REG.TTM is 0. */
export function descriptorError(
  rows: Uint32Array,
  halves: Uint32Array,
  at: number,
  legacy: boolean,
  wide: boolean,
): number {
  const low = halves[at]!;
  const type = typeOf(low);
  if (type >= TYPES) return INVALID_TYPE;
  const row = (legacy ? type + TYPES : type) * STRIDE;
  const rules = rows[row + RULES]!;
  if ((rules & KNOWN) === 0) return INVALID_TYPE;
  let reserved = (rules >>> granularityOf(low)) & 1;
  reserved |= low & rows[row]!;
  reserved |= halves[at + 1]! & rows[row + 1]!;
  reserved |= halves[at + 2]! & rows[row + 2]!;
  reserved |= halves[at + 3]! & rows[row + 3]!;
  if (wide) reserved |= halves[at + 4]! | halves[at + 5]! | halves[at + 6]! | halves[at + 7]!;
  return reserved === 0 ? 0 : RESERVED_FIELD;
}

function isKnown(capabilities: DescriptorFacts, type: number, legacy: boolean): boolean {
  switch (type) {
    case CONTEXT:
    case IOTLB:
    case INTERRUPT_ENTRY:
    case WAIT:
      return true;
    case DEVICE_TLB:
      return capabilities.deviceTlbs;
    case PASID_IOTLB:
    case PASID_CACHE:
      return !legacy;
    case PASID_DEVICE_TLB:
      return !legacy && capabilities.deviceTlbs;
    case PAGE_GROUP_RESPONSE:
      return !legacy && capabilities.pageRequests;
    case HOST_PERMISSION:
      return !legacy && capabilities.hostPermissions;
    default:
      return false;
  }
}

/** Bits that a capability makes more of: PFSID, PD, and LPIG of a page group response. */
function moreBits(capabilities: DescriptorFacts, type: number, half: number): number {
  const { physicalFunctions } = capabilities;
  switch (type) {
    case DEVICE_TLB:
    case PASID_DEVICE_TLB:
      if (!physicalFunctions) return 0;
      return half === 0 ? 0xf000 : half === 1 ? 0xfff0_0000 : 0;
    case WAIT:
      return half === 0 && capabilities.pageRequestDrain ? 0x80 : 0;
    case PAGE_GROUP_RESPONSE:
      return half === 2 && capabilities.ignoresLastInGroup ? 0x4 : 0;
    default:
      return 0;
  }
}

function isGranularityReserved(
  { pageSelective }: DescriptorFacts,
  type: number,
  granularity: number,
): boolean {
  switch (type) {
    case CONTEXT:
    case HOST_PERMISSION:
      return granularity === 0;
    case IOTLB:
      return granularity === 0 || (granularity === 3 && !pageSelective);
    case PASID_IOTLB:
      return granularity < 2;
    case PASID_CACHE:
      return granularity === 2;
    default:
      return false;
  }
}
