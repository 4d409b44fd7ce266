/** Four levels of page tables for a contiguous range, every flag set in advance. */
import type { MemoryRun } from '../../spec/schema.ts';

interface Stage {
  /** Bits of an entry that references a table, and of one that maps a page. */
  readonly table: bigint;
  readonly page: bigint;
}
/** Present, writable, user, accessed; dirty. */
export const FIRST_STAGE: Stage = { table: 0x27n, page: 0x67n };
/** Read and write, accessed; dirty. */
export const SECOND_STAGE: Stage = { table: 0x103n, page: 0x303n };

const PAGE = 0x1000n;
const LEVELS = 4;

/** The page that frame `index` of the range is mapped to. */
type Target = (index: number) => bigint;

/** Pages of the range one after the other. */
export const identity =
  (base: bigint): Target =>
  (index) =>
    base + PAGE * BigInt(index);
/** The same pages in an order of their own. */
export const scattered = (base: bigint, frames: number): Target => {
  return (index) => base + PAGE * BigInt((index * 4099 + 7) % frames);
};

/** Tables from `at` on that map `frames` frames from the 2 MiB aligned `base` on. */
export function pageTables(stage: Stage, at: bigint, base: bigint, frames: number, target: Target) {
  const memory: MemoryRun[] = [];
  let free = at;
  let words = Array.from({ length: frames }, (_, index) => target(index) | stage.page);
  let first = base >> 12n;
  for (let level = 1; ; level++) {
    const tables: bigint[] = [];
    while (words.length > 0) {
      const index = first & 511n;
      const inTable = words.slice(0, 512 - Number(index));
      words = words.slice(inTable.length);
      memory.push({ address: free + 8n * index, words: inTable });
      tables.push(free | stage.table);
      free += PAGE;
      first += BigInt(inTable.length);
    }
    if (level === LEVELS) return { top: free - PAGE, memory };
    first = (base >> 12n) >> BigInt(9 * level);
    words = tables;
  }
}
