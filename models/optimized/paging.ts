/** What both stages share: rights, the page that a walk found, and where an entry lies in its table (3.6, 3.7). */

export const READ = 1;
export const WRITE = 2;

/** Output address, log2 of the size and rights of the page found last; `snoop` is SNP of a second-stage leaf. */
export const page = { high: 0, low: 0, bits: 0, rights: 0, snoop: false };

/** Byte offset in a table of `level` (1 to 5) of the entry that controls the address. */
export function entryOffset(level: number, high: number, low: number): number {
  switch (level) {
    case 1:
      return (low >>> 9) & 0xff8;
    case 2:
      return (low >>> 18) & 0xff8;
    case 3:
      return ((low >>> 27) | (high << 5)) & 0xff8;
    case 4:
      return (high >>> 4) & 0xff8;
    default:
      return (high >>> 13) & 0xff8;
  }
}

/** By level, the bits 31:0 of an address that lie within a page. */
const offsets = Int32Array.of(0, 0xfff, 0x1f_ffff, 0x3fff_ffff, -1, -1);

/** Bits 31:0 of an address within a page of `level`. */
export function pageOffset(level: number, low: number): number {
  return low & (offsets[level] as number);
}

/** True when `page` lies in FEEx_xxxxh (3.15): its address, or with `whole` any byte of it. */
export function isInterruptPage(whole: boolean): boolean {
  const bits = whole ? Math.max(page.bits, 20) : 20;
  return page.high === 0 && page.low >>> bits === 0xfee0_0000 >>> bits;
}
