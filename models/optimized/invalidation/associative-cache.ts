/**
 * One bounded cache: sets by a hash of four tag halves, ways within a set, a counter that names the way to
 * replace. Emptying costs nothing, because a slot counts only in the generation that filled it.
 */
import { NOT_CACHED } from '../translation-caches.ts';
import type { CacheGeometry } from './configuration.ts';

const TAGS = 4;

export class AssociativeCache {
  /** Slots of the cache; each has its data at `slot * stride` of `words`. */
  readonly slots: number;
  readonly stride: number;
  readonly words: Uint32Array;
  readonly #tags: Uint32Array;
  readonly #filled: Uint32Array;
  readonly #setMask: number;
  readonly #ways: number;
  #generation = 1;
  #replaced = 0;

  /** Without `geometry` a cache that holds nothing. `spare` halves follow the slots in `words`. */
  constructor(geometry: CacheGeometry | undefined, stride: number, spare = 0) {
    const { sets, ways } = geometry ?? { sets: 0, ways: 0 };
    this.slots = sets * ways;
    this.stride = stride;
    this.words = new Uint32Array(this.slots * stride + spare);
    this.#tags = new Uint32Array(this.slots * TAGS);
    this.#filled = new Uint32Array(this.slots);
    this.#setMask = sets - 1;
    this.#ways = ways;
  }

  /** Empties the cache; what it replaces first is as in a new one. */
  reset(): void {
    this.clear();
    this.#replaced = 0;
  }

  clear(): void {
    this.#generation = (this.#generation + 1) >>> 0;
  }

  isFilled(slot: number): boolean {
    return this.#filled[slot] === this.#generation;
  }

  drop(slot: number): void {
    this.#filled[slot] = 0;
  }

  /** Tag 0 to 3 of a slot. */
  tag(slot: number, index: number): number {
    return this.#tags[slot * TAGS + index] as number;
  }

  /** Index in `words` of the data under these tags, or NOT_CACHED. */
  find(a: number, b: number, c: number, d: number): number {
    if (this.slots === 0) return NOT_CACHED;
    const first = this.#firstOf(a, b, c, d);
    for (let slot = first; slot < first + this.#ways; slot++) {
      if (this.#holds(slot, a, b, c, d)) return slot * this.stride;
    }
    return NOT_CACHED;
  }

  /** Makes room: index in `words` for data under these tags, or NOT_CACHED where nothing is ever held. */
  hold(a: number, b: number, c: number, d: number): number {
    if (this.slots === 0) return NOT_CACHED;
    const first = this.#firstOf(a, b, c, d);
    let free = NOT_CACHED;
    for (let slot = first; slot < first + this.#ways; slot++) {
      if (this.#holds(slot, a, b, c, d)) return slot * this.stride;
      if (!this.isFilled(slot)) free = slot;
    }
    const slot = free === NOT_CACHED ? first + (this.#replaced++ % this.#ways) : free;
    const tag = slot * TAGS;
    this.#tags[tag] = a;
    this.#tags[tag + 1] = b;
    this.#tags[tag + 2] = c;
    this.#tags[tag + 3] = d;
    this.#filled[slot] = this.#generation;
    return slot * this.stride;
  }

  #firstOf(a: number, b: number, c: number, d: number): number {
    let hash = Math.imul(a, 0x9e37_79b1) ^ Math.imul(b, 0x85eb_ca6b);
    hash ^= Math.imul(c, 0xc2b2_ae35) ^ Math.imul(d >>> 12, 0x27d4_eb2f);
    return ((hash ^ (hash >>> 15)) & this.#setMask) * this.#ways;
  }

  #holds(slot: number, a: number, b: number, c: number, d: number): boolean {
    const tag = slot * TAGS;
    const tags = this.#tags;
    return (
      this.#filled[slot] === this.#generation &&
      tags[tag] === a &&
      tags[tag + 1] === b &&
      tags[tag + 2] === c &&
      tags[tag + 3] === d
    );
  }
}
