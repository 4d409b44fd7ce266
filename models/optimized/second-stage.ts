/**
 * Second-stage walk on 32-bit halves (3.7, 9.8). Nothing is allocated: a found page is left in `page`, and
 * the answer is 0 or a fault code. Rights are looked at when the page is found.
 */
import { type GuestMemory, READ_ERROR } from '../memory.ts';
import type { TranslationUnit } from './translation-unit.ts';

/** The page that the last successful walk found. */
export const page = { high: 0, low: 0, bits: 0, rights: 0 };

export const READ = 1;
export const WRITE = 2;

/** Fault codes by what happened; `unused` is an entry, or a whole path, that grants neither right. */
interface Codes {
  readonly beyondWidth: number;
  readonly topUnreadable: number;
  readonly tableUnreadable: number;
  readonly reserved: number;
  readonly unused: number;
  readonly noRight: number;
  readonly interruptRange: number;
}

const legacyRead: Codes = {
  beyondWidth: 0x04,
  topUnreadable: 0x03,
  tableUnreadable: 0x07,
  reserved: 0x0c,
  unused: 0x06,
  noRight: 0x06,
  interruptRange: 0x0e,
};
const legacyWrite: Codes = { ...legacyRead, unused: 0x05, noRight: 0x05 };
const scalableRead: Codes = {
  beyondWidth: 0x84,
  topUnreadable: 0x7b,
  tableUnreadable: 0x78,
  reserved: 0x7a,
  unused: 0x79,
  noRight: 0x86,
  interruptRange: 0x87,
};
const scalableWrite: Codes = { ...scalableRead, noRight: 0x85 };

/**
 * Walks `levels` (3 to 5) tables from the one at `tableHigh`:`tableLow` for the input address
 * `addressHigh`:`addressLow`; `right` is READ or WRITE.
 */
export function walkSecondStage(
  unit: TranslationUnit,
  memory: GuestMemory,
  legacy: boolean,
  levels: number,
  tableHigh: number,
  tableLow: number,
  addressHigh: number,
  addressLow: number,
  right: number,
): number {
  const codes = legacy
    ? right === READ
      ? legacyRead
      : legacyWrite
    : right === READ
      ? scalableRead
      : scalableWrite;
  const limit = Math.min(unit.mgaw, 12 + 9 * levels);
  if (addressHigh >>> (limit - 32) !== 0) return codes.beyondWidth;
  let rights = READ | WRITE;
  let high = tableHigh;
  let low = tableLow;
  for (let level = levels; ; level--) {
    const at = memory.locate(high, (low | (indexAt(level, addressHigh, addressLow) << 3)) >>> 0);
    if (at === READ_ERROR) return level === levels ? codes.topUnreadable : codes.tableUnreadable;
    const { halves } = memory;
    const entryLow = halves[at] as number;
    const entryHigh = halves[at + 1] as number;
    if ((entryLow & (READ | WRITE)) === 0) return codes.unused;
    const isPage = level === 1 ? 1 : (entryLow >>> 7) & 1;
    const kind = 2 * level + isPage;
    const reserved =
      (entryLow & (unit.reservedLow[kind] as number)) | (entryHigh & (unit.reservedHigh[kind] as number));
    if (reserved !== 0) return codes.reserved;
    rights &= entryLow;
    high = entryHigh & 0xf_ffff;
    low = (entryLow & 0xffff_f000) >>> 0;
    if (isPage === 1)
      return finish(codes, level, rights, right, high, (low | offset(level, addressLow)) >>> 0);
  }
}

function finish(
  codes: Codes,
  level: number,
  rights: number,
  right: number,
  high: number,
  low: number,
): number {
  if (rights === 0) return codes.unused;
  if ((rights & right) === 0) return codes.noRight;
  if (high === 0 && low >>> 20 === 0xfee) return codes.interruptRange;
  page.high = high;
  page.low = low;
  page.bits = 3 + 9 * level;
  page.rights = rights;
  return 0;
}

/** Bits of the input address within a page of `level`. */
function offset(level: number, addressLow: number): number {
  return addressLow & (2 ** (3 + 9 * level) - 1);
}

/** The nine address bits that select an entry at `level`. */
function indexAt(level: number, high: number, low: number): number {
  switch (level) {
    case 1:
      return (low >>> 12) & 0x1ff;
    case 2:
      return (low >>> 21) & 0x1ff;
    case 3:
      return ((low >>> 30) | (high << 2)) & 0x1ff;
    case 4:
      return (high >>> 7) & 0x1ff;
    default:
      return (high >>> 16) & 0x1ff;
  }
}
