/**
 * What a caching unit puts between the walks and memory (VT-d 6.2). Plain translation has no caches and asks
 * for none: `caching.caches` is undefined there, and each walk tests that once.
 */
import type { TranslationUnit } from './translation-unit.ts';

/** Not a fault code and not an index: the cache has no such entry. */
export const NOT_CACHED = -5;

/** Caches for one walk at a time; the requests are those of `current`. */
export interface TranslationCaches {
  /** Halves of the context, PASID table and host permission entries that were found or read last. */
  readonly words: Uint32Array;
  /** The table that a structure cache found, and what its entries allow. */
  readonly table: FoundTable;

  /** Code of an answer from IOTLB or HPT leaf cache, the page in `page`, or NOT_CACHED (6.2.4, 6.2.6). */
  find(unit: TranslationUnit, scalable: boolean): number;
  /** The walk ended with `code`. */
  keep(code: number): void;

  /** Index in `words` of the context entry of the current requester, or NOT_CACHED. */
  findContext(): number;
  /** Reads the entry of `size` halves at `at` of memory, 128 bits at a time; gives its index in `words`. */
  readContext(at: number, size: number): number;
  /** The context entry found or read last was checked and ended in `fault` (0: none). */
  keepContext(fault: number): void;

  /** Index in `words` of the PASID table entry of the current requester, or NOT_CACHED. */
  findPasid(pasid: number): number;
  /** Reads the PASID table entry at `at` of memory; `directoryLow` is half 0 of its directory entry. */
  readPasid(at: number, directoryLow: number): number;
  keepPasid(fault: number): void;

  /** The level to go on at with `table`; `levels` when nothing is cached. */
  findSecondStage(levels: number, high: number, low: number): number;
  /** The entry of `level` for the address references the table at `tableHigh`:`tableLow`. */
  keepSecondStage(
    level: number,
    high: number,
    low: number,
    tableHigh: number,
    tableLow: number,
    rights: number,
  ): void;

  findFirstStage(levels: number, nested: boolean): number;
  keepFirstStage(level: number, tableHigh: number, tableLow: number, granted: number): void;
  /** Like keepFirstStage, with the address of the table in host memory (6.2.5, combined entries). */
  keepCombined(level: number, tableHigh: number, tableLow: number, granted: number, writable: boolean): void;

  /** Level of the lowest HPT entry that is cached for the address, its index in `words` in `table.at`; 0: none. */
  findHostPermission(): number;
  /** The HPT entry of `level` is at `at` of `halves` and has no reserved bit set. */
  keepHostPermission(level: number, halves: Uint32Array, at: number): void;
}

export interface FoundTable {
  high: number;
  low: number;
  /** Second stage: READ and WRITE; first stage: the flags R/W and U/S of the entries above. */
  rights: number;
  /** The table is known in host memory already, and may be written there. */
  combined: boolean;
  writable: boolean;
  /** Of an HPT entry. */
  at: number;
}

/** The caches in use. */
export const caching: { caches: TranslationCaches | undefined } = { caches: undefined };
