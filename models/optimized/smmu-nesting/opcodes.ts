/** Which commands a virtual SMMU with stage 1 refuses (4.1.3, 4.3 to 4.7). */
import type { VirtualSmmu } from '../../../spec/schema.ts';

const SSEC = 0x400n;
const NO_STALL = 1;
const TLBI_NH_ALL = 0x10n;
const TLBI_NSNH_ALL = 0x30n;
/** All but bits 47:32. */
const NOT_VMID = 0xffff_0000_ffff_ffffn;

/** CERROR_ILL. */
export function isIllegal(low: bigint, high: bigint, { ats, pri, stallModel }: VirtualSmmu): boolean {
  switch (Number(low & 0xffn)) {
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x05:
    case 0x06:
      return (low & SSEC) !== 0n;
    case 0x10:
    case 0x11:
    case 0x12:
    case 0x13:
    case 0x30:
      return false;
    case 0x40:
      return !ats;
    case 0x41:
      return !pri || (high & 0x3000n) === 0x3000n;
    case 0x44:
    case 0x45:
      return stallModel === NO_STALL || (low & SSEC) !== 0n;
    case 0x46:
      return (low & 0x3000n) === 0x3000n;
    default:
      return true;
  }
}

/** Word 0 of a TLBI command within `vmid`. */
export function inVmid(low: bigint, vmid: bigint): bigint {
  const own = (low & 0xffn) === TLBI_NSNH_ALL ? TLBI_NH_ALL : low & NOT_VMID;
  return own | (vmid << 32n);
}
