/**
 * What may be observed at one step of a stream. The unit is followed along every way that the architecture
 * leaves open: each option belongs to one way, and the judge keeps the ways that agree with an answer.
 */
import type { CacheName, PasidGranularTranslationType } from '../../../spec/invalidation/caches.ts';
import type { Alternative } from '../alternative.ts';
import type { Slot } from './cached-entry.ts';

/** One way in which the unit may have come so far; an opaque number. */
export type Way = number;

/** An entry that a cache may hold, as far as a report tells of it. */
export interface CachedEntry {
  readonly cache: CacheName;
  /** log2 of the input addresses that the entry serves; undefined where it is not tagged by address. */
  readonly pageBits: number | undefined;
  /** Of the PASID table entry behind it; undefined in legacy mode and for context entries. */
  readonly pgtt: PasidGranularTranslationType | undefined;
  /** It holds a fault (CM=1). */
  readonly faulting: boolean;
  /** The last step before which its words can have been read from memory. */
  readonly filledBefore: number;
  /** Cells of match tables by which invalidations since left it alone: rule ids, all of level `may`. */
  readonly spared: readonly string[];
}

/** A run of the caching model that gives a stale answer: the entries that it is made from. */
export interface Witness {
  readonly entries: readonly CachedEntry[];
}

export interface RequestOption {
  readonly way: Way;
  readonly answer: Alternative;
  /** Undefined when the answer is what memory holds now. */
  readonly witness: Witness | undefined;
}

/** An answer that was right once, and the rule that made an end of it. */
export interface GoneOption {
  readonly answer: Alternative;
  readonly rule: string;
  /** The structures that the answer comes from, as they were; left out where the model did not find it. */
  readonly slots?: readonly Slot[];
}

/** Bits outside of `mask` are not compared. */
export interface ValueOption {
  readonly way: Way;
  readonly value: bigint;
  readonly mask: bigint;
  /** What makes it so, the most particular rule first. */
  readonly rules: readonly string[];
}

export type StepExpectation =
  /** The step shows nothing by itself. */
  | { readonly kind: 'silent' }
  | {
      readonly kind: 'request';
      readonly options: readonly RequestOption[];
      /** More of them, way by way, of a model that gives the likely ones first; worked out one by one. */
      readonly further: Iterable<Iterable<RequestOption>>;
      readonly gone: readonly GoneOption[];
      /** The same with entries on the way that may still be cached: it costs more, and is asked for a name only. */
      readonly goneBesideHeld: readonly GoneOption[];
    }
  | { readonly kind: 'value'; readonly options: readonly ValueOption[] }
  /** Anything may be answered here; the stream can be followed further. */
  | { readonly kind: 'open' }
  /** Software did what the architecture leaves undefined: nothing can be said from here on. */
  | { readonly kind: 'undefined' };
