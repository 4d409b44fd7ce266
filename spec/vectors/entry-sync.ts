/**
 * What may be answered to a case of area `entry-sync`, as data of a vector file. Traces that are allowed are
 * without end, so that this is what a short checker needs to look at any one of them.
 */
import * as v from 'valibot';
import { text, unsigned, words } from '../schema/scalars.ts';
import { syncActions } from '../schema.ts';

const entryWords = words(2, 16);

/** Holds when `(word >> low) & mask` is one of `values`. */
const conditionSchema = v.strictObject({
  word: unsigned(15),
  low: unsigned(63),
  mask: unsigned(31),
  values: v.array(unsigned(31)),
});
export type WriterCondition = v.InferOutput<typeof conditionSchema>;

/** A bit is used when a row whose conditions all hold uses it and no such row ignores it. */
const usedTableSchema = v.array(
  v.strictObject({ when: v.array(conditionSchema), uses: entryWords, ignores: entryWords }),
);
export type WriterTable = v.InferOutput<typeof usedTableSchema>;

/** How entries of one format are stored, fetched, and looked at. */
export const writerFormatSchema = v.strictObject({
  words: unsigned(16),
  /** Words that one store replaces. */
  quantumWords: unsigned(2),
  /** Words of the smallest fetch. */
  fetchWords: unsigned(16),
  valid: v.strictObject({ word: unsigned(15), bit: unsigned(63) }),
  /** The bits of an entry that count are those that every one of these tables uses. */
  counts: v.array(usedTableSchema),
  /** Bits that may differ from an entry although they count, unless one list of conditions holds for either. */
  safe: v.array(v.strictObject({ bits: entryWords, unlessEither: v.array(v.array(conditionSchema)) })),
  /** A valid entry of which one list of conditions holds lets nothing through, as one that is not valid. Left out: none. */
  blocks: v.optional(v.array(v.array(conditionSchema))),
});
export type WriterFormatData = v.InferOutput<typeof writerFormatSchema>;

export const allowedEntrySyncSchema = v.strictObject({
  /** A name of `formats` of the file; a synthetic format stands here itself. */
  format: v.union([text, writerFormatSchema]),
  /** What memory holds in the end, in these bits. */
  final: v.strictObject({ words: entryWords, mask: entryWords, rule: text }),
  /** Bits that every store leaves as `from` has them. */
  keeps: v.optional(v.strictObject({ mask: entryWords, rule: text })),
  /** A sync follows the last store. */
  lastSync: v.boolean(),
  /** What one sync does, when it is told. Left out: not judged. */
  sync: v.optional(
    v.strictObject({
      /** `flush-entry` comes before the invalidation. */
      flush: v.boolean(),
      /** One of these is done; nothing but these, `flush-entry` and `wait` is. */
      invalidate: v.array(v.picklist(syncActions)),
      /** None of these need be done: no cache can hold a copy. */
      mayLeaveOut: v.boolean(),
      /** `wait` comes after the invalidation. */
      wait: v.boolean(),
    }),
  ),
  /** Every view that hardware may have is the old entry or the new one in the bits that count. */
  views: v.boolean(),
  /** A view may be not valid although both entries are. */
  mayBreak: v.boolean(),
  /** Each store changes memory, each sync follows a store; while not valid, its quantum is zero as a whole. */
  tidy: v.boolean(),
  /** Nothing is stored once the entry has become valid again. */
  publishLast: v.boolean(),
  /** Valid entries become not valid once, with a sync before they are valid again. */
  disables: v.boolean(),
  /** Most stores, syncs, and times that valid entries become not valid. Left out: not judged. */
  most: v.strictObject({
    stores: v.optional(unsigned(1000)),
    syncs: v.optional(unsigned(1000)),
    windows: v.optional(unsigned(1000)),
  }),
});
export type AllowedEntrySync = v.InferOutput<typeof allowedEntrySyncSchema>;
