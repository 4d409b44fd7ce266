/**
 * The shared table builder: hands out table pages from one block of memory and collects entries, so that
 * devices, directories and page tables can be shared, and a defect can be put into any of them afterwards.
 */
import { secondStageLayout } from '../spec/layouts/second-stage.ts';
import type { EntryFormat, MemoryRun } from '../spec/schema.ts';

export const PAGE_BYTES = 0x1000;
export const BLOCK_BYTES = 0x20_0000;
const PAGES_PER_BLOCK = BLOCK_BYTES / PAGE_BYTES;
const ENTRIES_PER_TABLE = 512;

/** Bits 0 and 1 of a second-stage entry: read and write (9.8). */
const READ_WRITE = 3n;
const PAGE_SIZE = 0x80n;

export interface TableEntry {
  readonly structure: EntryFormat | 'second-stage';
  /** Second-stage level, 1 for a page table; 0 for other structures. */
  readonly level: number;
  /** Physical address in bytes. */
  readonly address: number;
  words: bigint[];
}

/** Pages from 4 KiB frame `frame` on, mapped by one leaf at `level` (1: 4K, 2: 2M, 3: 1G). */
export interface Leaf {
  /** Input address / 4096, aligned to the page. */
  readonly frame: number;
  readonly level: number;
  /** Output address in bytes, aligned to the page. */
  readonly target: number;
}

/** 4 KiB frames in the page of a leaf at `level`. */
export function framesOf(level: number): number {
  return ENTRIES_PER_TABLE ** (level - 1);
}

export class Tables {
  readonly entries: TableEntry[] = [];
  readonly #at = new Map<number, TableEntry>();
  /** Addresses of second-stage tables, by level. */
  readonly #tables: number[][] = [[], [], [], [], [], []];
  readonly #block: number;
  readonly #step: number;
  #pages = 0;

  /** Pages come from the 2 MiB at `block`, `step` (odd) pages apart. */
  constructor(block: number, step: number) {
    this.#block = block;
    this.#step = step;
  }

  /** Address of a page that nothing uses yet. */
  page(): number {
    const index = (this.#pages++ * this.#step) % PAGES_PER_BLOCK;
    return this.#block + index * PAGE_BYTES;
  }

  at(address: number): TableEntry | undefined {
    return this.#at.get(address);
  }

  /** The entry at `address`, made of `words` unless it is already there. */
  entry(structure: TableEntry['structure'], address: number, words: bigint[], level = 0): TableEntry {
    const known = this.#at.get(address);
    if (known) return known;
    const made = { structure, level, address, words };
    this.#at.set(address, made);
    this.entries.push(made);
    return made;
  }

  /** A new second-stage table of `level`. */
  table(level: number): number {
    const address = this.page();
    this.#tables[level]?.push(address);
    return address;
  }

  /** Second-stage tables of `level` so far. */
  tables(level: number): readonly number[] {
    return this.#tables[level] ?? [];
  }

  /**
   * Maps `leaf` below the table `top` of level `levels`; `share` may offer an existing table for an empty
   * place. Where a page already covers it, that page stays. Returns the entries on the path.
   */
  map(
    top: number,
    levels: number,
    leaf: Leaf,
    share: (level: number) => number | undefined = () => undefined,
  ): TableEntry[] {
    const path: TableEntry[] = [];
    let table = top;
    for (let level = levels; ; level--) {
      const index = Math.floor(leaf.frame / framesOf(level)) % ENTRIES_PER_TABLE;
      const address = table + index * 8;
      const isLeaf = level === leaf.level;
      let entry = this.#at.get(address);
      if (!entry) {
        const next = isLeaf ? leaf.target : (share(level - 1) ?? this.table(level - 1));
        const size = isLeaf && level > 1 ? PAGE_SIZE : 0n;
        entry = this.entry('second-stage', address, [BigInt(next) | size | READ_WRITE], level);
      }
      path.push(entry);
      if (isLeaf || isPage(entry)) return path;
      table = pointerOf(entry);
    }
  }

  /** What lies in memory, one run an entry, without zero words at its ends. */
  memory(): MemoryRun[] {
    const runs: MemoryRun[] = [];
    for (const { address, words } of this.entries) {
      let first = 0;
      let end = words.length;
      while (end > 0 && words[end - 1] === 0n) end--;
      while (first < end && words[first] === 0n) first++;
      if (end > 0) runs.push({ address: BigInt(address + first * 8), words: words.slice(first, end) });
    }
    return runs;
  }
}

/** True when the second-stage `entry` maps a page instead of pointing to a table. */
export function isPage(entry: TableEntry): boolean {
  const [word = 0n] = entry.words;
  return entry.level === 1 || (entry.level < 4 && (word & PAGE_SIZE) !== 0n);
}

/** The layout of the second-stage `entry`. */
export function layoutOf(entry: TableEntry): ReturnType<typeof secondStageLayout> {
  return secondStageLayout(entry.level, entry.words[0] ?? 0n);
}

/** Bits 51:12 of the first word. */
function pointerOf(entry: TableEntry): number {
  return Number((entry.words[0] ?? 0n) & 0xf_ffff_ffff_f000n);
}
