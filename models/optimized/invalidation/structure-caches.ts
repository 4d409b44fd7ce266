/**
 * Paging-structure caches (6.2.5) and the cache of HPT entries (6.2.6), all levels of a kind in one cache. An
 * entry of `level` leads to the table below it for all addresses with its prefix (Tables 19 and 20).
 */
import { current } from '../current-request.ts';
import { firstStage } from '../first-stage.ts';
import { secondStage } from '../second-stage.ts';
import { type FoundTable, NOT_CACHED, type StructureCaches } from '../translation-caches.ts';
import { AssociativeCache } from './associative-cache.ts';
import type { CachingConfiguration } from './configuration.ts';
import { highMask, lowMask, tags } from './tags.ts';

const LEVEL_SHIFT = 16;
const MODE_SHIFT = 20;
const DEPTH_SHIFT = 21;
const HOST_DEPTH_SHIFT = 24;
/** Bits 56:0 of a first-stage address are its tag; those above repeat bit 56 or 47. */
const FIRST_STAGE_HIGH = 0x01ff_ffff;
const PERMISSION_HALVES = 4;

/** log2 of the addresses that an entry of a paging structure of `level` controls. */
export function structureBits(level: number): number {
  return 3 + 9 * level;
}

/** log2 of the addresses that an HPT entry of `level` controls. */
export function permissionBits(level: number): number {
  return 9 + 8 * level;
}

/** Level of the entry under tag 0. */
export function levelOf(tag: number): number {
  return (tag >>> LEVEL_SHIFT) & 7;
}

/** Domain of the entry under tag 0. */
export function taggedDomain(tag: number): number {
  return tag & 0xffff;
}

export class CachedStructures implements StructureCaches {
  readonly table: FoundTable = { high: 0, low: 0, rights: 0, combined: false, writable: false };
  readonly firstStage: AssociativeCache;
  readonly combined: AssociativeCache;
  readonly secondStage: AssociativeCache;
  readonly hostPermission: AssociativeCache;

  constructor({ caches }: CachingConfiguration) {
    this.firstStage = new AssociativeCache(caches.firstStage, 3);
    this.combined = new AssociativeCache(caches.combined, 4);
    this.secondStage = new AssociativeCache(caches.secondStage, 3);
    this.hostPermission = new AssociativeCache(caches.hostPermission, PERMISSION_HALVES);
  }

  reset(): void {
    this.firstStage.reset();
    this.combined.reset();
    this.secondStage.reset();
    this.hostPermission.reset();
  }

  get words(): Uint32Array {
    return this.hostPermission.words;
  }

  findSecondStage(levels: number, high: number, low: number): number {
    const { secondStage } = this;
    if (secondStage.slots === 0) return levels;
    for (let level = 2; level <= levels; level++) {
      const bits = structureBits(level);
      const prefix = (high & highMask(bits)) >>> 0;
      const at = secondStage.find(secondStageTag(level), 0, prefix, (low & lowMask(bits)) >>> 0);
      if (at === NOT_CACHED) continue;
      this.#found(secondStage.words, at);
      return level - 1;
    }
    return levels;
  }

  keepSecondStage(
    level: number,
    high: number,
    low: number,
    tableHigh: number,
    tableLow: number,
    rights: number,
  ): void {
    const bits = structureBits(level);
    const to = this.secondStage.hold(
      secondStageTag(level),
      0,
      (high & highMask(bits)) >>> 0,
      (low & lowMask(bits)) >>> 0,
    );
    if (to !== NOT_CACHED) put(this.secondStage.words, to, tableHigh, tableLow, rights);
  }

  findFirstStage(levels: number, nested: boolean): number {
    const { firstStage, combined } = this;
    for (let level = 2; level <= levels; level++) {
      const bits = structureBits(level);
      const high = (current.high & FIRST_STAGE_HIGH & highMask(bits)) >>> 0;
      const low = (current.low & lowMask(bits)) >>> 0;
      const tag = firstStageTag(level);
      if (nested) {
        const at = combined.find(combinedTag(level), tags.pasid, high, low);
        if (at !== NOT_CACHED) {
          this.#found(combined.words, at);
          this.table.combined = true;
          this.table.writable = combined.words[at + 3] === 1;
          return level - 1;
        }
      }
      const at = firstStage.find(tag, tags.pasid, high, low);
      if (at === NOT_CACHED) continue;
      this.#found(firstStage.words, at);
      this.table.combined = false;
      return level - 1;
    }
    return levels;
  }

  keepFirstStage(level: number, tableHigh: number, tableLow: number, granted: number): void {
    const to = this.#hold(this.firstStage, firstStageTag(level), level);
    if (to !== NOT_CACHED) put(this.firstStage.words, to, tableHigh, tableLow, granted);
  }

  keepCombined(level: number, tableHigh: number, tableLow: number, granted: number, writable: boolean): void {
    const to = this.#hold(this.combined, combinedTag(level), level);
    if (to === NOT_CACHED) return;
    put(this.combined.words, to, tableHigh, tableLow, granted);
    this.combined.words[to + 3] = writable ? 1 : 0;
  }

  findHostPermission(level: number): number {
    const bits = permissionBits(level);
    const high = (current.high & highMask(bits)) >>> 0;
    return this.hostPermission.find(permissionTag(level), 0, high, (current.low & lowMask(bits)) >>> 0);
  }

  keepHostPermission(level: number, halves: Uint32Array, at: number): void {
    const bits = permissionBits(level);
    const high = (current.high & highMask(bits)) >>> 0;
    const to = this.hostPermission.hold(permissionTag(level), 0, high, (current.low & lowMask(bits)) >>> 0);
    if (to === NOT_CACHED) return;
    for (let half = 0; half < PERMISSION_HALVES; half++)
      this.hostPermission.words[to + half] = halves[at + half] as number;
  }

  #hold(cache: AssociativeCache, tag: number, level: number): number {
    const bits = structureBits(level);
    const high = (current.high & FIRST_STAGE_HIGH & highMask(bits)) >>> 0;
    return cache.hold(tag, tags.pasid, high, (current.low & lowMask(bits)) >>> 0);
  }

  #found(words: Uint32Array, at: number): void {
    this.table.high = words[at] as number;
    this.table.low = words[at + 1] as number;
    this.table.rights = words[at + 2] as number;
  }
}

/** Tables of different depth are kept apart: a prefix is not worth the same in them. */
function firstStageTag(level: number): number {
  return tags.did | (level << LEVEL_SHIFT) | (firstStage.levels << DEPTH_SHIFT);
}

function combinedTag(level: number): number {
  return firstStageTag(level) | (secondStage.levels << HOST_DEPTH_SHIFT);
}

function secondStageTag(level: number): number {
  const kept = tags.did | (level << LEVEL_SHIFT) | (tags.mode << MODE_SHIFT);
  return kept | (secondStage.levels << DEPTH_SHIFT);
}

function permissionTag(level: number): number {
  return tags.hptDid | (level << LEVEL_SHIFT);
}

function put(words: Uint32Array, to: number, high: number, low: number, rights: number): void {
  words[to] = high;
  words[to + 1] = low;
  words[to + 2] = rights;
}
