/** The host permission table for translated requests (4.2.4, 9.12), with what doubt D24 leaves open. */
import type { Attempt } from './attempt.ts';

const ADDRESS = (1n << 52n) - 0x1000n;
/** By level: shift of the entry's index and of the page's, and how many pages an entry speaks of. */
const shapes = [
  undefined,
  { entry: 17n, page: 12n, pages: 32n },
  { entry: 25n, page: 21n, pages: 16n },
  { entry: 33n, page: 30n, pages: 8n },
  { entry: 41n, page: 0n, pages: 0n },
] as const;
const RESERVED = 0xa1;

/** 0 when the table at `top` permits the request, or a fault code. */
export function walkHostPermissions(attempt: Attempt, top: bigint): number {
  const { address } = attempt.request;
  const { permissionReserved } = attempt.unit.masks;
  let table = top;
  for (let level = 4; ; level--) {
    const shape = shapes[level];
    if (shape === undefined) throw new RangeError(`no table of level ${level}`);
    // Bits 51:49 select one of up to eight pages of the top table.
    const index = (address >> shape.entry) & (level === 4 ? 0x7ffn : 0xffn);
    const words = attempt.words(table + 16n * index, 2);
    if (words === undefined) return attempt.fails([level === 4 ? 0xa2 : 0xa0]);
    const [low, high] = words as [bigint, bigint];
    const entry = (high << 64n) | low;
    let reserved = 0n;
    for (let half = 0; half < 4; half++) {
      reserved |= BigInt(permissionReserved[4 * level + half] ?? 0) << BigInt(32 * half);
    }
    const selected = 4n * ((address >> shape.page) % (shape.pages || 1n));
    const wrong = entry & reserved;
    if (wrong !== 0n) {
      // Reserved bits of the permissions of other pages may be looked at or not; where no page is known all are wrong.
      const hasPages = level < 3 || (level === 3 && attempt.unit.capabilities.HPT1GPS === 1);
      const others = hasPages ? otherPermissions(shape.pages, selected) : 0n;
      if ((wrong & ~others) !== 0n || attempt.choices.may()) return attempt.fails([RESERVED]);
    }
    const permission = shape.pages === 0n ? 0n : (entry >> selected) & 0xfn;
    if (permission !== 0n) return denied(attempt, (permission & 1n) !== 0n, (permission & 2n) !== 0n, [0xa5]);
    if (level === 1 || (high & 1n) === 0n) return denied(attempt, false, false, [0xa3]);
    table = high & ADDRESS & ((1n << BigInt(attempt.unit.haw)) - 1n);
  }
}

/** Bits 3:2 of the permissions that do not matter to the request. */
function otherPermissions(pages: bigint, selected: bigint): bigint {
  let mask = 0n;
  for (let page = 0n; page < pages; page++) mask |= 0xcn << (4n * page);
  return mask & ~(0xcn << selected);
}

/** `zeroLength` names a zero-length read that no write right helps. */
function denied(attempt: Attempt, read: boolean, write: boolean, zeroLength: readonly number[]): number {
  const { wants } = attempt;
  if (wants.zeroLength) return read || write ? 0 : attempt.fails(zeroLength);
  const lacking = [...(wants.write && !write ? [0xa4] : []), ...(wants.read && !read ? [0xa5] : [])];
  return lacking.length === 0 ? 0 : attempt.fails(lacking);
}
