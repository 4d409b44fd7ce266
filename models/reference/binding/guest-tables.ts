/**
 * The tables of the guest as a passthrough device meets them (3.4.3, 9.2 to 9.6). What was read once is worked out
 * once: a context or a view is the same object for as long as the words behind it are the same.
 */
import { extract } from '../../../spec/bits.ts';
import { contextScalable } from '../../../spec/layouts/context.ts';
import { fieldOf } from '../../../spec/layouts/layout.ts';
import { pasidDirectory, pasidTable } from '../../../spec/layouts/pasid.ts';
import { readField } from '../../../spec/layouts/resolve.ts';
import type { MemoryRun, Profile } from '../../../spec/schema.ts';
import { GuestMemory } from '../../memory.ts';
import { type Unit, unitOf } from '../unit.ts';
import { type ReadEntry, TableWalk } from './table-walk.ts';
import { type Context, isSameContext, isSameView, isSameWords, type View } from './view.ts';

const PASIDDIRPTR = fieldOf(contextScalable, 'PASIDDIRPTR');
const PASIDE = fieldOf(contextScalable, 'PASIDE');
const PDTS = fieldOf(contextScalable, 'PDTS');
const SMPTBLPTR = fieldOf(pasidDirectory, 'SMPTBLPTR');
const PRESENT = fieldOf(pasidTable, 'P');
const SCALABLE = 1n;
const PASIDS_PER_TABLE = 64;
const PASIDS_PER_DIRECTORY_PAGE = 512 * PASIDS_PER_TABLE;
const WORDS_PER_PASID_ENTRY = 8;
const PASIDS = 2 ** 20;

/** What was worked out from entries, and how many stores there had been when memory last held them. */
interface Known<T> {
  readonly is: T;
  readonly read: readonly ReadEntry[];
  stores: number;
}

/** PASIDs with an entry, and the pages that were looked through for them. */
interface KnownPasids {
  readonly context: Context;
  readonly pasids: readonly number[];
  readonly pages: readonly number[];
  stores: number;
}

/** Not scalable mode: nothing is said. */
const notScalable: Context = { entry: undefined, open: true, isDoubtful: false, words: [] };

/** One memory for case after case: to make one costs more than a case. The tables of the last case own it. */
const memory = new GuestMemory();

export class GuestTables {
  readonly #unit: Unit;
  readonly #memory = memory;
  #stores = 0;
  /** The number of the last store to a page. */
  readonly #lastStore = new Map<number, number>();
  readonly #contexts = new Map<number, Known<Context> & { readonly rtaddr: bigint }>();
  /** By source id, then by PASID; 0 stands for requests without one. */
  readonly #views = new Map<number, Known<View>>();
  readonly #pasids = new Map<number, KnownPasids>();

  constructor(profile: Profile, runs: readonly MemoryRun[]) {
    this.#unit = unitOf(profile);
    this.#memory.reset(profile.backed, runs);
  }

  store(run: MemoryRun): void {
    this.#stores++;
    this.#memory.write(run);
    const last = run.address + 8n * BigInt(run.words.length - 1);
    for (let page = run.address >> 12n; page <= last >> 12n; page++)
      this.#lastStore.set(Number(page), this.#stores);
  }

  /** How `sourceId` is led to its context entry under the root table of `rtaddr`. */
  context(rtaddr: bigint, sourceId: number): Context {
    const known = this.#contexts.get(sourceId);
    if (known?.rtaddr === rtaddr && this.#holds(known)) return known.is;
    if (!isScalable(rtaddr) || this.#unit.capabilities.SMTS === 0) return notScalable;
    const walk = new TableWalk(this.#unit, this.#memory);
    const fresh = walk.context(rtaddr, sourceId);
    const is = known !== undefined && isSameContext(known.is, fresh) ? known.is : fresh;
    this.#contexts.set(sourceId, { rtaddr, is, read: walk.read, stores: this.#stores });
    return is;
  }

  /** What serves requests of `sourceId`, with `pasid` or without, under the root table of `rtaddr`. */
  view(rtaddr: bigint, sourceId: number, pasid: number | undefined): View {
    const context = this.context(rtaddr, sourceId);
    const key = sourceId * PASIDS + (pasid ?? 0);
    const known = this.#views.get(key);
    if (known?.is.context === context && this.#holds(known)) return known.is;
    const walk = new TableWalk(this.#unit, this.#memory);
    const fresh = walk.behind(context, pasid);
    const is = known !== undefined && isSameView(known.is, fresh) ? known.is : fresh;
    this.#views.set(key, { is, read: walk.read, stores: this.#stores });
    return is;
  }

  /** What serves requests, with `pasid` or without, behind an `older` context entry. */
  viewBehind(older: Context, pasid: number | undefined): View {
    return new TableWalk(this.#unit, this.#memory).behind(older, pasid);
  }

  /** True when memory still holds what was read: the same way leads to the same end. */
  #holds(known: Known<unknown>): boolean {
    if (known.stores === this.#stores) return true;
    for (const { page, address, words } of known.read) {
      if (!this.#isStoredTo(page, known.stores)) continue;
      const now = this.#memory.readWords(address, words?.length ?? 1);
      if (!isSameWords(now ?? [], words ?? [])) return false;
    }
    known.stores = this.#stores;
    return true;
  }

  /** True when something was stored to `page` after store number `since`. */
  #isStoredTo(page: number, since: number): boolean {
    return (this.#lastStore.get(page) ?? 0) > since;
  }

  /** PASIDs below `limit` and within the directory whose entry is present, in ascending order; not 0. */
  pasidsInUse(rtaddr: bigint, sourceId: number, limit: number): readonly number[] {
    const context = this.context(rtaddr, sourceId);
    const known = this.#pasids.get(sourceId);
    if (known?.context === context && !known.pages.some((page) => this.#isStoredTo(page, known.stores))) {
      known.stores = this.#stores;
      return known.pasids;
    }
    const pages: number[] = [];
    const pasids = this.#findPasids(context, limit, pages);
    this.#pasids.set(sourceId, { context, pasids, pages, stores: this.#stores });
    return pasids;
  }

  /** Notes the `pages` that are looked through. */
  #findPasids({ entry: context }: Context, limit: number, pages: number[]): readonly number[] {
    if (context === undefined || readField(PASIDE, context) === 0n) return [];
    const end = Math.min(limit, 2 ** (Number(readField(PDTS, context)) + 13));
    const directory = Number(readField(PASIDDIRPTR, context) >> 12n);
    const found: number[] = [];
    for (let page = 0; page * PASIDS_PER_DIRECTORY_PAGE < end; page++) {
      pages.push(directory + page);
      for (const [entry, word] of this.#wordsOf(directory + page, 1)) {
        if ((word & 1n) === 0n) continue;
        const first = page * PASIDS_PER_DIRECTORY_PAGE + entry * PASIDS_PER_TABLE;
        const table = Number(readField(SMPTBLPTR, [word]) >> 12n);
        pages.push(table);
        for (const [index, low] of this.#wordsOf(table, WORDS_PER_PASID_ENTRY)) {
          if (readField(PRESENT, [low]) === 0n) continue;
          const pasid = first + index / WORDS_PER_PASID_ENTRY;
          if (pasid > 0 && pasid < end) found.push(pasid);
        }
      }
    }
    return found;
  }

  /** Of page `number`, full of entries of `size` words, the first words that are not zero and can be read, and where. */
  #wordsOf(number: number, size: number): readonly (readonly [number, bigint])[] {
    const words: [number, bigint][] = [];
    const page = BigInt(number) << 12n;
    for (const index of this.#memory.nonZeroWords(Number(page >> 32n), Number(page & 0xffff_ffffn))) {
      if (index % size !== 0) continue;
      const word = this.#memory.read(page + BigInt(8 * index));
      if (word !== undefined) words.push([index, word]);
    }
    return words;
  }
}

/** TTM (11.4.6). */
function isScalable(rtaddr: bigint): boolean {
  return extract(rtaddr, 11, 10) === SCALABLE;
}
