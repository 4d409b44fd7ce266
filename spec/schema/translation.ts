/** Area `translation`: what becomes of requests, and which fault is recorded. */
import * as v from 'valibot';
import { profileSchema, requestKindSchema, requestOpSchema } from './profile.ts';
import { faultCode, memoryRunSchema, u64, unsigned } from './scalars.ts';

/** A request of at most 8 bytes that does not cross an 8-byte boundary; without `kind`, untranslated. */
export const requestSchema = v.strictObject({
  sourceId: unsigned(0xffff),
  address: u64,
  /** A translation request seeks read and write whatever its `op`, unless `noWrite` (4.2.3.1). */
  op: requestOpSchema,
  kind: v.optional(requestKindSchema),
  /** 20 bits; left out: a request without PASID. */
  pasid: v.optional(unsigned(0xf_ffff)),
  /** PR, only with PASID: supervisor privilege is asked for. */
  privileged: v.optional(v.boolean()),
  /** NW of a translation request. */
  noWrite: v.optional(v.boolean()),
  /** LPIG of a page request: a response is needed. */
  lastInGroup: v.optional(v.boolean()),
});
export type Request = v.InferOutput<typeof requestSchema>;

export const translationCaseSchema = v.strictObject({
  area: v.literal('translation'),
  profile: profileSchema,
  /** RTADDR_REG as latched: root table address 63:12, TTM 11:10 (11.4.6). Translation is enabled. */
  rtaddr: u64,
  memory: v.pipe(v.array(memoryRunSchema), v.maxLength(4096)),
  requests: v.pipe(v.array(requestSchema), v.minLength(1), v.maxLength(64)),
});
export type TranslationCase = v.InferOutput<typeof translationCaseSchema>;

/** A fault record as far as it is defined for these requests (11.4.7.6); `address` is 4K aligned. */
export const faultRecordSchema = v.strictObject({
  code: v.optional(faultCode),
  sourceId: v.optional(unsigned(0xffff)),
  address: v.optional(u64),
  op: v.optional(v.picklist(['read', 'write', 'atomic', 'page-request'])),
  /** PP: true when the record claims that the request carried a PASID. */
  pasidPresent: v.optional(v.boolean()),
  /** PV and PRIV, defined when PP is set. */
  pasid: v.optional(unsigned(0xf_ffff)),
  privileged: v.optional(v.boolean()),
});
export type FaultRecord = v.InferOutput<typeof faultRecordSchema>;

export const requestResultSchema = v.variant('outcome', [
  /** Access granted; for a translation request, a completion with status success and these rights. */
  v.strictObject({
    outcome: v.literal('translated'),
    address: v.optional(u64),
    /** log2 of the page that the answer is good for. */
    pageBits: v.optional(v.pipe(v.number(), v.integer(), v.minValue(12), v.maxValue(64))),
    read: v.optional(v.boolean()),
    write: v.optional(v.boolean()),
    /** U of a translation completion. */
    user: v.optional(v.boolean()),
    /** Priv of a translation completion. */
    privileged: v.optional(v.boolean()),
    /** N of a translation completion: untranslated accesses only are snooped (4.2.3). */
    nonSnooped: v.optional(v.boolean()),
    /** What was recorded although the completion is a success (SFS.10). null: nothing. */
    record: v.optional(v.nullable(faultRecordSchema)),
  }),
  v.strictObject({
    outcome: v.literal('blocked'),
    /** Completion or page response; of an untranslated request it is implementation specific (D27). */
    status: v.optional(v.picklist(['UR', 'CA', 'invalid-request', 'drop'])),
    /** The fault condition's code, when it is known even though nothing was recorded. */
    code: v.optional(faultCode),
    /** null: nothing was recorded. Left out: not observed. */
    record: v.optional(v.nullable(faultRecordSchema)),
  }),
  /** A page request that was taken for the page request queue. */
  v.strictObject({ outcome: v.literal('queued') }),
  /** The implementation can't tell, for example because nothing answers where the request may have gone. */
  v.strictObject({
    outcome: v.literal('unobserved'),
    /** null: it is known that nothing was recorded. */
    record: v.optional(v.null()),
  }),
]);
export type RequestResult = v.InferOutput<typeof requestResultSchema>;

export const translationObservationSchema = v.strictObject({
  results: v.pipe(v.array(requestResultSchema), v.maxLength(64)),
  /**
   * Words of the case's tables that hold other values after all requests (accessed and dirty flags), in
   * ascending order. What requests themselves write to their pages is no part of it. Left out: not observed.
   */
  memory: v.optional(v.pipe(v.array(v.strictObject({ address: u64, value: u64 })), v.maxLength(4096))),
});
export type TranslationObservation = v.InferOutput<typeof translationObservationSchema>;
