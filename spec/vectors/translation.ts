/** What may be answered to requests (areas `translation` and `invalidation`), as data of a vector file. */
import * as v from 'valibot';
import { faultCode, text, u64, unsigned } from '../schema/scalars.ts';
import { faultRecordSchema, requestResultSchema } from '../schema.ts';

const rules = v.pipe(v.array(text), v.minLength(1));
const blockedSchema = requestResultSchema.options[1];

/** Bits of the 64-bit word at `address`. */
const flagsSchema = v.array(v.strictObject({ address: u64, bits: u64 }));
export type AllowedFlags = v.InferOutput<typeof flagsSchema>;

/** Each says what an answer of this outcome is; a field that is left out may have any value. */
export const alternativeSchema = v.variant('outcome', [
  v.strictObject({
    outcome: v.literal('translated'),
    rules,
    address: v.optional(u64),
    /** The most that an answer with an address may claim. */
    pageBits: v.optional(unsigned(64)),
    read: v.optional(v.boolean()),
    write: v.optional(v.boolean()),
    user: v.optional(v.boolean()),
    privileged: v.optional(v.boolean()),
    nonSnooped: v.optional(v.boolean()),
    /** A record may be made. Left out: none is. */
    mayRecord: v.optional(v.literal(true)),
    /** Flags in memory that this answer sets, and that it may set besides. */
    sets: v.optional(flagsSchema),
    maySet: v.optional(flagsSchema),
  }),
  v.strictObject({
    outcome: v.literal('blocked'),
    rules,
    code: v.optional(faultCode),
    status: v.optional(v.unwrap(blockedSchema.entries.status)),
    /** Whether there is a record. Left out: neither that nor what it says is judged. */
    recorded: v.optional(v.boolean()),
  }),
  v.strictObject({ outcome: v.literal('queued'), rules }),
]);
export type AllowedAlternative = v.InferOutput<typeof alternativeSchema>;

const { code: _code, address: _address, ...recordEntries } = faultRecordSchema.entries;
/** What a record of the request says; its code is that of the answer. */
export const allowedRecordSchema = v.strictObject({
  ...recordEntries,
  address: v.strictObject({ value: u64, mask: u64 }),
});
export type AllowedRecord = v.InferOutput<typeof allowedRecordSchema>;

export const allowedTranslationSchema = v.strictObject({
  /** One for each request; null: anything may be answered, and left in memory. */
  requests: v.array(
    v.nullable(
      v.strictObject({
        alternatives: v.pipe(v.array(alternativeSchema), v.minLength(1)),
        record: allowedRecordSchema,
        /** Flags that the request may set whatever the answer. */
        maySet: v.optional(flagsSchema),
      }),
    ),
  ),
});
export type AllowedTranslation = v.InferOutput<typeof allowedTranslationSchema>;
