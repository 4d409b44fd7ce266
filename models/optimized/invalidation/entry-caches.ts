/**
 * Context cache and PASID cache (6.2.2, 6.2.3). An entry is held as its halves, which are checked again at
 * each use: that is how a held fault is answered too (CM=1).
 */
import { current } from '../current-request.ts';
import { meetEntry } from '../tables-memory.ts';
import { type EntryCaches, NOT_CACHED } from '../translation-caches.ts';
import { AssociativeCache } from './associative-cache.ts';
import type { CachingConfiguration } from './configuration.ts';
import { type PieceOrder, readPieces } from './interleaving.ts';
import { KnownRequesters } from './known-requesters.ts';
import { PASS_THROUGH, SECOND_STAGE, tags } from './tags.ts';

const CONTEXT_HALVES = 8;
const PASID_HALVES = 16;
/** Where the entries in use lie in `words`. */
const CONTEXT = 0;
const PASID = CONTEXT + CONTEXT_HALVES;
/** Held after the halves of an entry: the domain that invalidations name it by, and half 0 of the directory. */
export const CONTEXT_DID = CONTEXT_HALVES;
export const PASID_DID = PASID_HALVES;
const DIRECTORY_LOW = PASID_HALVES + 1;

/** The orders that the entries read are taken in, one after the other. */
const pieceOrders: Readonly<Record<CachingConfiguration['pieces'], readonly PieceOrder[]>> = {
  ascending: [{ start: 0, stride: 1 }],
  descending: [{ start: 3, stride: 3 }],
  shuffled: [
    { start: 2, stride: 1 },
    { start: 1, stride: 3 },
    { start: 3, stride: 1 },
    { start: 0, stride: 3 },
    { start: 1, stride: 1 },
  ],
};

export class CachedEntries implements EntryCaches {
  readonly words = new Uint32Array(CONTEXT_HALVES + PASID_HALVES);
  readonly context: AssociativeCache;
  readonly pasid: AssociativeCache;
  readonly known = new KnownRequesters();
  /** CM=1, and the unit makes use of it. */
  keepsFaults = false;
  readonly #orders: readonly PieceOrder[];
  /** Entries that were read. */
  #reads = 0;
  #contextRead = false;
  #pasidRead = false;
  #directoryLow = 0;

  constructor({ caches, pieces }: CachingConfiguration) {
    this.context = new AssociativeCache(caches.context, CONTEXT_HALVES + 1);
    this.pasid = new AssociativeCache(caches.pasid, PASID_HALVES + 2);
    this.#orders = pieceOrders[pieces];
  }

  /** Empties the caches; `keepsFaults` from now on. */
  reset(keepsFaults: boolean): void {
    this.context.reset();
    this.pasid.reset();
    this.known.reset();
    this.keepsFaults = keepsFaults;
    this.#reads = 0;
  }

  findContext(): number {
    const at = this.context.find(current.sourceId, tags.mode, 0, 0);
    this.#contextRead = at === NOT_CACHED;
    if (this.#contextRead) return NOT_CACHED;
    copy(this.context.words, at, this.words, CONTEXT, CONTEXT_HALVES);
    return CONTEXT;
  }

  readContext(at: number, size: number): number {
    this.#read(at, size, CONTEXT);
    return CONTEXT;
  }

  /** In legacy mode the domain of the entry counts; a held fault has domain 0 (6.2.2). */
  keepContext(fault: number): void {
    const { words } = this;
    let did = 0;
    if (tags.mode === 0 && fault === 0) {
      did = ((words[CONTEXT + 2] as number) >>> 8) & 0xffff;
      tags.did = did;
      tags.type = (((words[CONTEXT] as number) >>> 2) & 3) === 2 ? PASS_THROUGH : SECOND_STAGE;
    }
    if (!this.#contextRead || (fault !== 0 && !this.keepsFaults)) return;
    const to = this.context.hold(current.sourceId, tags.mode, 0, 0);
    if (to === NOT_CACHED) return;
    copy(words, CONTEXT, this.context.words, to, CONTEXT_HALVES);
    this.context.words[to + CONTEXT_DID] = did;
  }

  findPasid(pasid: number): number {
    tags.pasid = pasid;
    this.known.add(current.sourceId, pasid);
    const at = this.pasid.find(current.sourceId, pasid, 0, 0);
    this.#pasidRead = at === NOT_CACHED;
    if (this.#pasidRead) return NOT_CACHED;
    copy(this.pasid.words, at, this.words, PASID, PASID_HALVES);
    meetEntry(this.pasid.words[at + DIRECTORY_LOW] as number);
    return PASID;
  }

  readPasid(at: number, directoryLow: number): number {
    this.#directoryLow = directoryLow;
    this.#read(at, PASID_HALVES, PASID);
    return PASID;
  }

  #read(at: number, size: number, to: number): void {
    const order = this.#orders[this.#reads++ % this.#orders.length] as PieceOrder;
    readPieces(at, size, this.words, to, order);
  }

  keepPasid(fault: number): void {
    const { words } = this;
    if (fault === 0) {
      tags.did = domainOf(words, PASID);
      tags.hptDid = (words[PASID + 10] as number) & 0xffff;
      tags.type = ((words[PASID] as number) >>> 6) & 7;
    }
    if (!this.#pasidRead || (fault !== 0 && !this.keepsFaults)) return;
    const did = fault === 0 ? tags.did : 0;
    this.holdPasid(current.sourceId, tags.pasid, words, PASID, this.#directoryLow, did);
  }

  /** Holds the PASID table entry at `at` of `halves`, whoever asked for it. */
  holdPasid(
    sourceId: number,
    pasid: number,
    halves: Uint32Array,
    at: number,
    directoryLow: number,
    did: number,
  ): void {
    const to = this.pasid.hold(sourceId, pasid, 0, 0);
    if (to !== NOT_CACHED) this.putPasid(to, halves, at, directoryLow, did);
  }

  /** The entry that is held at `to` of the words of the PASID cache becomes the one at `at` of `halves`. */
  putPasid(to: number, halves: Uint32Array, at: number, directoryLow: number, did: number): void {
    const { words } = this.pasid;
    copy(halves, at, words, to, PASID_HALVES);
    words[to + PASID_DID] = did;
    words[to + DIRECTORY_LOW] = directoryLow;
  }
}

/** DID of the PASID table entry at `at` (9.6). */
export function domainOf(halves: Uint32Array, at: number): number {
  return (halves[at + 2] as number) & 0xffff;
}

function copy(from: Uint32Array, at: number, to: Uint32Array, place: number, size: number): void {
  for (let half = 0; half < size; half++) to[place + half] = from[at + half] as number;
}
