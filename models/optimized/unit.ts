/**
 * What the optimized model keeps of a profile: CAP_REG and ECAP_REG (11.4.2, 11.4.3) cut into the masks
 * that its checks need, as 32-bit halves. Worked out once for each profile object.
 */
import type { Profile } from '../../spec/schema.ts';

export interface Unit {
  /** Bits 63:HAW, upper half of a word. */
  readonly aboveHaw: number;
  /** The bits of a 16-bit domain id that CAP.ND does not report. */
  readonly domainIdReserved: number;
  /** Bit n: the address width that AW = n encodes is supported. */
  readonly addressWidths: number;
  /** Bit n: TT = n is supported. */
  readonly translationTypes: number;
  /** Bit n: PGTT = n is supported. */
  readonly granularTypes: number;
  /** Bit n: FSPM = n is supported. */
  readonly firstStageModes: number;
  /** Reserved bits of a scalable context entry and of a PASID table entry, halves in memory order. */
  readonly contextReserved: Uint32Array;
  readonly pasidReserved: Uint32Array;
}

const ALL = 0xffff_ffff;
/** Bits 31:12 of a pointer. */
const POINTER_LOW = 0xffff_f000;

const units = new WeakMap<Profile, Unit>();
let lastProfile: Profile | undefined;
let lastUnit: Unit | undefined;

/** The unit of `profile`. */
export function unitOf(profile: Profile): Unit {
  if (profile === lastProfile && lastUnit !== undefined) return lastUnit;
  let unit = units.get(profile);
  if (unit === undefined) {
    unit = decode(profile);
    units.set(profile, unit);
  }
  lastProfile = profile;
  lastUnit = unit;
  return unit;
}

function decode(profile: Profile): Unit {
  const capLow = Number(profile.cap & 0xffff_ffffn);
  const capHigh = Number(profile.cap >> 32n);
  const ecapLow = Number(profile.ecap & 0xffff_ffffn);
  const ecapHigh = Number(profile.ecap >> 32n);
  const passThrough = (ecapLow >>> 6) & 1;
  const deviceTlb = (ecapLow >>> 2) & 1;
  const nested = (ecapLow >>> 26) & 1;
  const secondStage = (ecapHigh >>> 14) & 1;
  const firstStage = (ecapHigh >>> 15) & 1;
  const aboveHaw = (ALL << (profile.haw - 32)) >>> 0;
  const domainIdReserved = (0xffff << (4 + 2 * (capLow & 7))) & 0xffff;
  return {
    aboveHaw,
    domainIdReserved,
    addressWidths: (capLow >>> 8) & 0b1110,
    translationTypes: 1 | (deviceTlb << 1) | (passThrough << 2),
    granularTypes: (firstStage << 1) | (secondStage << 2) | (nested << 3) | (passThrough << 4),
    firstStageModes: 1 | ((capHigh >>> 27) & 2),
    contextReserved: contextReserved(ecapLow, ecapHigh, aboveHaw),
    pasidReserved: pasidReserved(ecapLow, ecapHigh, aboveHaw, domainIdReserved),
  };
}

/** Section 9.4. */
function contextReserved(ecapLow: number, ecapHigh: number, aboveHaw: number): Uint32Array {
  let low = 0x180;
  if ((ecapLow & 0x4) === 0) low |= 0x4;
  if ((ecapHigh & 0x100) === 0) low |= 0x8;
  if ((ecapLow & 0x2000_0000) === 0) low |= 0x10;
  if ((ecapHigh & 0x80_0000) === 0) low |= 0x20;
  if ((ecapHigh & 0x100_0000) === 0) low |= 0x40;
  let requester = 0xffe0_0000;
  if ((ecapHigh & 0x2_0000) === 0) requester |= 0xf_ffff;
  if ((ecapHigh & 0x20_0000) === 0) requester |= 0x10_0000;
  return Uint32Array.of(low, aboveHaw, requester, ALL, ALL, ALL, ALL, ALL);
}

/** Section 9.6. */
function pasidReserved(
  ecapLow: number,
  ecapHigh: number,
  aboveHaw: number,
  domainIdReserved: number,
): Uint32Array {
  const reserved = Uint32Array.of(
    ...[0xc20, aboveHaw, 0xf87f_0000 | domainIdReserved, 0, 0xf02, aboveHaw, ALL, ALL],
    ...[0xff8, aboveHaw, 0xffff_0000 | domainIdReserved, ALL, ALL, ALL, ALL, ALL],
  );
  const add = (half: number, mask: number) => {
    reserved[half] = (reserved[half] as number) | mask;
  };
  if ((ecapHigh & 0x4000) === 0) {
    add(0, POINTER_LOW | 0x21c);
    add(1, ALL);
  }
  if ((ecapHigh & 0x2000) === 0) add(0, 0x200);
  if ((ecapHigh & 0x1_0000) === 0) add(2, 0x80_0000);
  if ((ecapLow & 0x80) === 0) add(2, 0x100_0000);
  if ((ecapLow & 0x200_0000) === 0) {
    add(2, 0x600_0000);
    add(3, ALL);
  }
  if (ecapLow >>> 31 === 0) add(4, 0x1);
  if ((ecapHigh & 0x8000) === 0) {
    add(4, POINTER_LOW | 0x1c);
    add(5, ALL);
  }
  if ((ecapHigh & 0x4) === 0) add(4, 0x80);
  if ((ecapHigh & 0x80_0000) === 0) {
    add(8, POINTER_LOW | 0x7);
    add(9, ALL);
    add(10, 0xffff);
  }
  return reserved;
}
