/**
 * The shared table builder: hands out table pages from one block of memory and collects entries, so that
 * devices, directories and page tables can be shared, and a defect can be put into any of them afterwards.
 */
import { numberOf, wordOf } from '../models/halves.ts';
import { NO_SLOT, SlotIndex } from '../models/slot-index.ts';
import { firstStageLayout } from '../spec/layouts/first-stage.ts';
import type { Layout } from '../spec/layouts/layout.ts';
import { secondStageLayout } from '../spec/layouts/second-stage.ts';
import type { EntryFormat, MemoryRun } from '../spec/schema.ts';

export const PAGE_BYTES = 0x1000;
export const BLOCK_BYTES = 0x20_0000;
const PAGES_PER_BLOCK = BLOCK_BYTES / PAGE_BYTES;
const ENTRIES_PER_TABLE = 512;
const PAGE_SIZE = 0x80n;

export type Stage = 'first-stage' | 'second-stage';

export interface TableEntry {
  readonly structure: EntryFormat | Stage | 'host-permission';
  /** Level of a paging or permission entry, 1 for a page table; 0 for other structures. */
  readonly level: number;
  /** Physical address in bytes. */
  readonly address: number;
  words: bigint[];
  /** First-stage entries under nesting: bits of a guest-physical address. */
  readonly guestBits?: number;
}

/** Pages from 4 KiB frame `frame` on, mapped by one leaf at `level` (1: 4K, 2: 2M, 3: 1G). */
export interface Leaf {
  /** Input address / 4096, aligned to the page. */
  readonly frame: number;
  readonly level: number;
  /** Output address in bytes, aligned to the page. */
  readonly target: number;
}

/** One tree of paging tables. */
export interface Tree {
  readonly stage: Stage;
  readonly levels: number;
  /** Host address of the top table. */
  readonly top: number;
  /** Input addresses of this many bits are translated; of the first stage, sign extended from the last. */
  readonly limitBits: number;
  /** Bits that every new entry gets, and a page more. */
  readonly entryBits: bigint;
  readonly pageBits: bigint;
  /** Host addresses of its tables, by level. */
  readonly tables: readonly number[][];
  /** Address by which entries refer to its tables less the host address: not 0 under nesting. */
  readonly shift: number;
  /** Under nesting: bits of a guest-physical address. */
  readonly guestBits?: number;
}

/** A power of two; grows beyond. */
const USUAL_ENTRIES = 64;

/** By level from 0; a power costs ten times what it costs to look it up. */
const frames = [0, 1, 2, 3, 4, 5, 6].map((level) => ENTRIES_PER_TABLE ** (level - 1));

/** 4 KiB frames in the page of a leaf at `level`, at most 6. */
export function framesOf(level: number): number {
  return frames[level] as number;
}

export class Tables {
  readonly entries: TableEntry[] = [];
  readonly block: number;
  /** By number of the word (address / 8). */
  readonly #at = new SlotIndex(USUAL_ENTRIES);
  readonly #step: number;
  #pages = 0;
  #ids = 0;

  /** Pages come from the 2 MiB at `block`, `step` (odd) pages apart. */
  constructor(block: number, step: number) {
    this.block = block;
    this.#step = step;
  }

  /** Address of a page that nothing uses yet. */
  page(): number {
    const index = (this.#pages++ * this.#step) % PAGES_PER_BLOCK;
    return this.block + index * PAGE_BYTES;
  }

  /** A number from 1 that it has not given before. */
  id(): number {
    return ++this.#ids;
  }

  at(address: number): TableEntry | undefined {
    const slot = this.#at.slotOf(address / 8);
    return slot === NO_SLOT ? undefined : this.entries[slot - 1];
  }

  /** The entry at `address`, made of `words` unless it is already there. */
  entry(
    structure: TableEntry['structure'],
    address: number,
    words: bigint[],
    level = 0,
    guestBits?: number,
  ): TableEntry {
    const known = this.at(address);
    if (known) return known;
    const made = { structure, level, address, words, ...(guestBits === undefined ? {} : { guestBits }) };
    this.#at.add(address / 8);
    this.entries.push(made);
    return made;
  }

  /**
   * Maps `leaf` in `tree`; `table` gives the host address of a table for an empty place. Where a page already
   * covers it, that page stays. Returns the entries on the path.
   */
  map(tree: Tree, leaf: Leaf, table: (level: number) => number): TableEntry[] {
    const path: TableEntry[] = [];
    let at = tree.top;
    for (let level = tree.levels; ; level--) {
      const index = Math.floor(leaf.frame / framesOf(level)) % ENTRIES_PER_TABLE;
      const address = at + index * 8;
      const isLeaf = level === leaf.level;
      let entry = this.at(address);
      if (!entry) {
        const next = isLeaf ? leaf.target : table(level - 1) + tree.shift;
        const size = isLeaf ? tree.pageBits | (level > 1 ? PAGE_SIZE : 0n) : 0n;
        entry = this.entry(
          tree.stage,
          address,
          [wordOf(next) | size | tree.entryBits],
          level,
          tree.guestBits,
        );
      }
      // A long PASID directory or permission table may reach into this one.
      if (entry.structure !== tree.stage) return path;
      path.push(entry);
      if (isLeaf || isPage(entry)) return path;
      at = pointerOf(entry) - tree.shift;
      // A pointer that leads elsewhere: nothing is made there.
      if (at < this.block || at >= this.block + PAGES_PER_BLOCK * PAGE_BYTES) return path;
    }
  }

  /** What lies in memory, one run an entry, without zero words at its ends. */
  memory(): MemoryRun[] {
    const runs: MemoryRun[] = [];
    for (const { address, words } of this.entries) {
      const [word] = words;
      if (words.length === 1 && word !== undefined) {
        if (word !== 0n) runs.push({ address: wordOf(address), words: [word] });
        continue;
      }
      let first = 0;
      let end = words.length;
      while (end > 0 && words[end - 1] === 0n) end--;
      while (first < end && words[first] === 0n) first++;
      if (end > 0) runs.push({ address: wordOf(address + first * 8), words: words.slice(first, end) });
    }
    return runs;
  }
}

/** True for an entry of paging tables. */
export function isPaging({ structure }: TableEntry): boolean {
  return structure === 'first-stage' || structure === 'second-stage';
}

/** True when the paging `entry` maps a page instead of pointing to a table. */
export function isPage(entry: TableEntry): boolean {
  const [word = 0n] = entry.words;
  return entry.level === 1 || (entry.level < 4 && (word & PAGE_SIZE) !== 0n);
}

/** The layout of the paging `entry`. */
export function layoutOf(entry: TableEntry): Layout {
  const layout = entry.structure === 'first-stage' ? firstStageLayout : secondStageLayout;
  return layout(entry.level, entry.words[0] ?? 0n);
}

/** Bits 51:12 of the first word. */
function pointerOf(entry: TableEntry): number {
  return numberOf((entry.words[0] ?? 0n) & 0xf_ffff_ffff_f000n);
}
