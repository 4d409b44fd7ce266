/**
 * What a caching unit puts between the walks and memory (VT-d 6.2). Plain translation has no caches and asks
 * for none: everything in `caching` is undefined there, and each walk tests that once.
 */
import type { TranslationUnit } from './translation-unit.ts';

/** Not a fault code and not an index: the cache has no such entry. */
export const NOT_CACHED = -5;

/** Context cache and PASID cache (6.2.2, 6.2.3), for the current request. */
export interface EntryCaches {
  /** Halves of the entries that were found or read last. */
  readonly words: Uint32Array;
  /** Index in `words` of the context entry of the requester, or NOT_CACHED. */
  findContext(): number;
  /** Reads the entry of `size` halves at `at` of memory, 128 bits at a time; gives its index in `words`. */
  readContext(at: number, size: number): number;
  /** The context entry found or read last was checked and ended in `fault` (0: none). */
  keepContext(fault: number): void;
  /** Index in `words` of the PASID table entry of requester and `pasid`, or NOT_CACHED. */
  findPasid(pasid: number): number;
  /** Reads the PASID table entry at `at` of memory; `directoryLow` is half 0 of its directory entry. */
  readPasid(at: number, directoryLow: number): number;
  keepPasid(fault: number): void;
}

/** A table that a structure cache leads to. */
export interface FoundTable {
  high: number;
  low: number;
  /** Second stage: READ and WRITE; first stage: the flags R/W and U/S of the entries above. */
  rights: number;
  /** The table is known in host memory already, and may be written there. */
  combined: boolean;
  writable: boolean;
}

/** Paging-structure caches and HPT caches of entries (6.2.5, 6.2.6), for the current request. */
export interface StructureCaches {
  readonly table: FoundTable;
  /** Halves of HPT entries. */
  readonly words: Uint32Array;
  /** The level to go on at, with `table`; `levels` when nothing is cached. */
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
  /** Like keepFirstStage, with the address of the table in host memory: a combined entry. */
  keepCombined(level: number, tableHigh: number, tableLow: number, granted: number, writable: boolean): void;
  /** Index in `words` of the HPT entry of `level` for the address, or NOT_CACHED. */
  findHostPermission(level: number): number;
  /** The HPT entry of `level` at `at` of `halves` has no reserved bit set and says something. */
  keepHostPermission(level: number, halves: Uint32Array, at: number): void;
}

/** Caches of whole answers: IOTLB and HPT leaf cache (6.2.4, 6.2.6), for the current request. */
export interface AnswerCaches {
  /** A code, with the page in `page` when it is 0, or NOT_CACHED. */
  find(unit: TranslationUnit, scalable: boolean): number;
  /** The walk ended with `code`. */
  keep(code: number): void;
}

/** The caches in use. */
export const caching: {
  entries: EntryCaches | undefined;
  structures: StructureCaches | undefined;
  answers: AnswerCaches | undefined;
} = { entries: undefined, structures: undefined, answers: undefined };
