/**
 * What the tables of the guest say of one kind of requests when they are walked, and how two such views compare.
 */
import type { Served } from './served.ts';

/** The way of a device through the root and the context table. */
export interface Context {
  /** Words of the context entry; undefined where there is no valid one. */
  readonly entry: readonly bigint[] | undefined;
  /** Nothing is said of what is behind: not scalable mode, or host permissions of the guest. */
  readonly open: boolean;
  /** It is left open that it is valid. */
  readonly isDoubtful: boolean;
  /** All words that were read, those of the root entry before. */
  readonly words: readonly (bigint | undefined)[];
}

/** What the tables say of requests without PASID, or with one. */
export interface View {
  /** Everything that the host may be made to do; more than one where the sources leave a doubt. */
  readonly served: readonly Served[];
  /** An entry, valid for sure, that no host table can stand for. */
  readonly unsupported: boolean;
  /** The PASID whose entry serves, that of RID_PASID for requests without. */
  readonly pasid: number;
  /** Domain id of a valid PASID table entry. */
  readonly domain: number | undefined;
  readonly context: Context;
  /** Words of the PASID directory and table entry; none where the way ends at the context entry. */
  readonly words: readonly (bigint | undefined)[];
}

export function isSameWords(a: readonly (bigint | undefined)[], b: readonly (bigint | undefined)[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}

export function isSameContext(a: Context, b: Context): boolean {
  return a === b || isSameWords(a.words, b.words);
}

export function isSameView(a: View | undefined, b: View | undefined): boolean {
  if (a === b) return true;
  return (
    a !== undefined && b !== undefined && isSameContext(a.context, b.context) && isSameWords(a.words, b.words)
  );
}

/** No valid entry, or one whose validity is left open. */
export function mayBeWithoutEntry(view: View | undefined): boolean {
  return view?.domain === undefined || view.served.length > 1;
}

export function isWithoutEntry(view: View | undefined): boolean {
  return view?.domain === undefined;
}

/** A cached PASID table entry is tagged with its domain and PASID (6.2.3). */
export function hasTag(
  view: View | undefined,
  domain: number | undefined,
  pasid: number | undefined,
): boolean {
  if (view?.domain === undefined) return false;
  return (domain === undefined || view.domain === domain) && (pasid === undefined || view.pasid === pasid);
}

/**
 * Whether the context entry alone changes what serves: requests that it blocks now or blocked before, or gives
 * another PASID. Else a cached PASID table entry may still be used.
 */
export function needsContext(cached: View | undefined, view: View): boolean {
  if (cached === undefined) return false;
  return stopsAtContext(view) || stopsAtContext(cached) || cached.pasid !== view.pasid;
}

/** No valid entry either time, or the same one: who compares entries sees no change. */
export function isLike(a: View, b: View): boolean {
  return isWithoutEntry(a) ? isWithoutEntry(b) : isSameEntry(a, b);
}

/** The same PASID table entry, wherever it stands, and whether or not the way to it leaves a doubt. */
export function isSameEntry(a: View, b: View): boolean {
  // The one word before it is that of the directory.
  return (
    !isWithoutEntry(a) &&
    !isWithoutEntry(b) &&
    a.words.every((word, index) => index === 0 || word === b.words[index])
  );
}

/** One of `views` is one of `ways`, by what `same` compares. */
export function isAnyOf(
  views: readonly (View | undefined)[],
  ways: readonly View[],
  same: (a: View, b: View) => boolean,
): boolean {
  return views.some((one) => one !== undefined && ways.some((way) => same(one, way)));
}

export function stopsAtContext({ words }: View): boolean {
  return words.length === 0;
}
