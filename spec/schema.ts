/**
 * The one schema of everything that crosses a boundary: cases, observations, findings, results,
 * expectation files. 64-bit values are bigint in memory and "0x…" strings in JSON; a schema reads
 * both, so that a module written in TypeScript and a process on a pipe speak the same language.
 * Types are inferred from the schemas: there is no second description to fall out of step.
 */
import * as v from 'valibot';
import {
  type BindingCase,
  type BindingObservation,
  bindingCaseSchema,
  bindingObservationSchema,
} from './schema/binding.ts';
import { profileSchema, requestKindSchema, requestOpSchema } from './schema/profile.ts';
import { faultCode, memoryRunSchema, text, u64, unsigned, words } from './schema/scalars.ts';

export type { BindingCase, BindingObservation, BindingStep, HostCall } from './schema/binding.ts';
export {
  type Policies,
  type Profile,
  policiesSchema,
  profileSchema,
  requestKindSchema,
  requestOpSchema,
  specRevisions,
} from './schema/profile.ts';
export { type MemoryRun, memoryRunSchema } from './schema/scalars.ts';

export const areas = [
  'entry',
  'used-bits',
  'entry-sync',
  'translation',
  'page-walk',
  'invalidation',
  'binding',
] as const;
export const areaSchema = v.picklist(areas);
export type Area = v.InferOutput<typeof areaSchema>;

// ---------------------------------------------------------------------------------- area entry

/** Formats with their size in 64-bit words. A scalable root entry is two independent halves (9.2). */
export const entryFormats = {
  'root-legacy': 2,
  'root-scalable-lower': 2,
  'root-scalable-upper': 2,
  'context-legacy': 2,
  'context-scalable': 4,
  'pasid-directory': 1,
  'pasid-table': 8,
} as const;
export type EntryFormat = keyof typeof entryFormats;
const entryFormatNames = Object.keys(entryFormats) as [EntryFormat, ...EntryFormat[]];

export const entryCaseSchema = v.strictObject({
  area: v.literal('entry'),
  profile: profileSchema,
  format: v.picklist(entryFormatNames),
  words: words(1, 8),
});
export type EntryCase = v.InferOutput<typeof entryCaseSchema>;

/** The verdict on one entry. `fault` is the fault code, null when the entry is valid. */
export const entryObservationSchema = v.strictObject({
  fault: v.nullable(faultCode),
  /** Fault processing disable of this entry alone, evaluated even when the entry is not present. */
  fpd: v.optional(v.boolean()),
  /** Decoded fields of a valid entry by name; fields that were not decoded may be left out. */
  fields: v.optional(v.record(v.string(), u64)),
});
export type EntryObservation = v.InferOutput<typeof entryObservationSchema>;

// ---------------------------------------------------------------------------------- area used-bits

export const usedBitsFormats = ['vtd-pasid', 'smmu-ste', 'smmu-cd'] as const;
export type UsedBitsFormat = (typeof usedBitsFormats)[number];

export const usedBitsCaseSchema = v.strictObject({
  area: v.literal('used-bits'),
  profile: profileSchema,
  format: v.picklist(usedBitsFormats),
  entry: words(8),
  /** When given, the bits that are safe to change between `entry` and `target` are asked for too. */
  target: v.optional(words(8)),
});
export type UsedBitsCase = v.InferOutput<typeof usedBitsCaseSchema>;

export const usedBitsObservationSchema = v.strictObject({
  used: words(8),
  safe: v.optional(words(8)),
});
export type UsedBitsObservation = v.InferOutput<typeof usedBitsObservationSchema>;

// ---------------------------------------------------------------------------------- area entry-sync

/** A made-up format: `modes[m]` is the used mask when the mode field holds m and the entry is valid. */
export const syntheticLayoutSchema = v.strictObject({
  /** Words of 64 bits per quantum: 1 or 2. */
  quantumWords: v.picklist([1, 2]),
  quanta: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(8)),
  /** The word and bit that hold V. */
  valid: v.strictObject({ word: unsigned(15), bit: unsigned(63) }),
  /** The mode field, in the same word as V, always used when the entry is valid. */
  mode: v.strictObject({ low: unsigned(63), width: unsigned(3) }),
  modes: v.pipe(v.array(words(2, 16)), v.minLength(1), v.maxLength(8)),
  /** Bits that may change at any time when both entries use them. */
  safe: words(2, 16),
});
export type SyntheticLayout = v.InferOutput<typeof syntheticLayoutSchema>;

export const entrySyncFormats = ['vtd-pasid', 'smmu-ste', 'smmu-cd', 'amd-dte', 'synthetic'] as const;
export type EntrySyncFormat = (typeof entrySyncFormats)[number];

export const entrySyncCaseSchema = v.strictObject({
  area: v.literal('entry-sync'),
  profile: profileSchema,
  format: v.picklist(entrySyncFormats),
  /** Only with format `synthetic`. */
  layout: v.optional(syntheticLayoutSchema),
  /** The entry in memory, and the entry to be written. */
  from: words(2, 16),
  to: words(2, 16),
});
export type EntrySyncCase = v.InferOutput<typeof entrySyncCaseSchema>;

/** What a sync did. Everything else than what review settled is a finding. */
export const syncActions = [
  'flush-entry',
  'invalidate-pasid-cache',
  'invalidate-context-cache',
  'invalidate-iotlb',
  'invalidate-device-tlb',
  'cfgi-ste',
  'cfgi-cd',
  'flush-dte',
  'wait',
] as const;
export type SyncAction = (typeof syncActions)[number];

export const traceEventSchema = v.variant('op', [
  v.strictObject({ op: v.literal('store'), quantum: unsigned(7), value: words(1, 2) }),
  v.strictObject({ op: v.literal('sync'), actions: v.optional(v.array(v.picklist(syncActions))) }),
]);
export type TraceEvent = v.InferOutput<typeof traceEventSchema>;

export const entrySyncObservationSchema = v.strictObject({
  trace: v.pipe(v.array(traceEventSchema), v.maxLength(1000)),
});
export type EntrySyncObservation = v.InferOutput<typeof entrySyncObservationSchema>;

// ---------------------------------------------------------------------------------- area translation

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

/** A fault record as far as it is defined for these requests (11.4.15); `address` is 4K aligned. */
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

// ---------------------------------------------------------------------------------- area page-walk

const mapping = { iova: u64, size: u64, target: u64, read: v.boolean(), write: v.boolean() };
/** Input addresses `iova` to `iova + size - 1` go to `target` on; all in bytes. */
export const mappingSchema = v.strictObject(mapping);
export type Mapping = v.InferOutput<typeof mappingSchema>;

/** Walks the second-stage tables from `top` (4 KiB aligned) over `start` to `end`, which is exclusive. */
export const rangeWalkSchema = v.strictObject({
  kind: v.literal('range'),
  top: u64,
  /** Levels of tables; the address width of the tables (AGAW) is 12 + 9 * levels bits. */
  levels: v.picklist([3, 4, 5]),
  start: u64,
  end: u64,
  /** Unmapped entries are announced too: a sync; false: a replay. */
  notifyUnmapped: v.boolean(),
  /** What was announced before, ascending and disjoint. Left out: the walk remembers nothing. */
  announced: v.optional(v.pipe(v.array(mappingSchema), v.maxLength(64))),
});
export type RangeWalk = v.InferOutput<typeof rangeWalkSchema>;

/** All that `sourceId` can reach is announced at the moment when it is assigned; nothing was before. */
export const replaySchema = v.strictObject({
  kind: v.literal('replay'),
  rtaddr: u64,
  /** TES of GSTS_REG (11.4.5). */
  translationEnabled: v.boolean(),
  sourceId: unsigned(0xffff),
});
export type Replay = v.InferOutput<typeof replaySchema>;

export const pageWalkCaseSchema = v.strictObject({
  area: v.literal('page-walk'),
  profile: profileSchema,
  memory: v.pipe(v.array(memoryRunSchema), v.maxLength(4096)),
  walk: v.variant('kind', [rangeWalkSchema, replaySchema]),
  /** The hook gives `error` when it is called for event `at`, counted from 0. */
  hookFailure: v.optional(v.strictObject({ at: unsigned(0xffff), error: unsigned(0xff) })),
});
export type PageWalkCase = v.InferOutput<typeof pageWalkCaseSchema>;

/** One call of the hook. */
export const walkEventSchema = v.variant('event', [
  v.strictObject({ event: v.literal('map'), ...mapping }),
  v.strictObject({ event: v.literal('unmap'), iova: u64, size: u64 }),
]);
export type WalkEvent = v.InferOutput<typeof walkEventSchema>;

export const walkOutcomeSchema = v.variant('outcome', [
  v.strictObject({ outcome: v.literal('done') }),
  /** Nothing was walked; `code` is the fault code, when there is one. */
  v.strictObject({ outcome: v.literal('refused'), code: v.optional(faultCode) }),
  /** The hook gave `error`, and the walk handed it on. */
  v.strictObject({ outcome: v.literal('stopped'), error: unsigned(0xff) }),
]);
export type WalkOutcome = v.InferOutput<typeof walkOutcomeSchema>;

const entryCount = unsigned(Number.MAX_SAFE_INTEGER);

export const pageWalkObservationSchema = v.strictObject({
  /** Calls of the hook in order, the one that failed included. */
  events: v.pipe(v.array(walkEventSchema), v.maxLength(1_000_000)),
  result: walkOutcomeSchema,
  /** Entries that were passed over, by reason. */
  skipped: v.optional(v.strictObject({ unreadable: entryCount, reserved: entryCount, noRight: entryCount })),
  /** Second-stage entries that were read, or failed to be. */
  entriesRead: v.optional(entryCount),
  /** What is remembered as announced after the walk, ascending. */
  announced: v.optional(v.array(mappingSchema)),
});
export type PageWalkObservation = v.InferOutput<typeof pageWalkObservationSchema>;

// ---------------------------------------------------------------------------------- area invalidation

/** Registers that a stream may write (11.4): 32 bits wide are GCMD, FSTS, ICS and IECTL, others 64. */
export const writableRegisters = [
  'GCMD',
  'RTADDR',
  'CCMD',
  'FSTS',
  'IQT',
  'IQA',
  'ICS',
  'IECTL',
  'IVA',
  'IOTLB',
] as const;
export type WritableRegister = (typeof writableRegisters)[number];

/** Registers that a stream may read. */
export const readableRegisters = [
  'GSTS',
  'RTADDR',
  'CCMD',
  'FSTS',
  'IQH',
  'IQT',
  'IQA',
  'ICS',
  'IECTL',
  'IQERCD',
  'IOTLB',
] as const;
export type ReadableRegister = (typeof readableRegisters)[number];

/** An atomic write to memory: 64 bits at an address aligned to 8 bytes, or 128 bits aligned to 16. */
const store = { address: u64, words: words(1, 2) };
export const storeSchema = v.strictObject(store);
export type Store = v.InferOutput<typeof storeSchema>;

/** One thing that software or a device does; it is over when the unit has come to rest. */
export const streamStepSchema = v.variant('step', [
  v.strictObject({ step: v.literal('store'), ...store }),
  v.strictObject({ step: v.literal('write'), register: v.picklist(writableRegisters), value: u64 }),
  /**
   * Descriptors of 128 or 256 bits put at the tail one after the other, the whole list `times` times, then
   * one write of IQT. Each takes as many slots as it needs; what is missing of a slot is zero.
   */
  v.strictObject({
    step: v.literal('submit'),
    descriptors: v.pipe(v.array(v.union([words(2), words(4)])), v.minLength(1), v.maxLength(64)),
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(512))),
  }),
  /** `during`: stores that happen in this order while the request is under way, at any moments. */
  v.strictObject({
    step: v.literal('request'),
    request: requestSchema,
    during: v.optional(v.pipe(v.array(storeSchema), v.minLength(1), v.maxLength(4))),
  }),
  v.strictObject({ step: v.literal('read'), register: v.picklist(readableRegisters) }),
  /** Reads the 64-bit word at `address`, which is aligned to 8 bytes. */
  v.strictObject({ step: v.literal('load'), address: u64 }),
]);
export type StreamStep = v.InferOutput<typeof streamStepSchema>;

/** Of one stream. A drawn one has dozens; a recorded history of an emulator at work may be long. */
export const MOST_STEPS = 200_000;

export const invalidationCaseSchema = v.strictObject({
  area: v.literal('invalidation'),
  profile: profileSchema,
  /** RTADDR_REG as SRTP latched it before the first step; all caches are empty (11.4.6). */
  rtaddr: u64,
  /** TES of GSTS_REG. */
  translationEnabled: v.boolean(),
  /** IQA_REG; the queue is enabled, with head and tail at 0. Left out: QIES is 0. */
  iqa: v.optional(u64),
  memory: v.pipe(v.array(memoryRunSchema), v.maxLength(4096)),
  steps: v.pipe(v.array(streamStepSchema), v.maxLength(MOST_STEPS)),
});
export type InvalidationCase = v.InferOutput<typeof invalidationCaseSchema>;

/** What a step showed: the result of a request, or the value that was read. */
export const streamAnswerSchema = v.variant('outcome', [
  ...requestResultSchema.options,
  v.strictObject({ outcome: v.literal('value'), value: u64 }),
]);
export type StreamAnswer = v.InferOutput<typeof streamAnswerSchema>;

/** FSTS_REG and IQH_REG. */
export const queueStateSchema = v.strictObject({ faultStatus: unsigned(0xffff_ffff), head: u64 });
export type QueueState = v.InferOutput<typeof queueStateSchema>;

export const invalidationObservationSchema = v.strictObject({
  /** One answer for each step that is a request, a read or a load, in order. */
  answers: v.pipe(v.array(streamAnswerSchema), v.maxLength(MOST_STEPS)),
  /**
   * FSTS_REG and IQH_REG after each step, asked for or not: an error of the queue is then known at the step that
   * made it. Of FSTS only IQE, ICE and ITE count. Left out: not observed.
   */
  queue: v.optional(v.pipe(v.array(queueStateSchema), v.maxLength(MOST_STEPS))),
});
export type InvalidationObservation = v.InferOutput<typeof invalidationObservationSchema>;

// ---------------------------------------------------------------------------------- all areas

export const caseSchema = v.variant('area', [
  entryCaseSchema,
  usedBitsCaseSchema,
  entrySyncCaseSchema,
  translationCaseSchema,
  pageWalkCaseSchema,
  invalidationCaseSchema,
  bindingCaseSchema,
]);
export type Case = v.InferOutput<typeof caseSchema>;

export const observationSchemas = {
  entry: entryObservationSchema,
  'used-bits': usedBitsObservationSchema,
  'entry-sync': entrySyncObservationSchema,
  translation: translationObservationSchema,
  'page-walk': pageWalkObservationSchema,
  invalidation: invalidationObservationSchema,
  binding: bindingObservationSchema,
} as const;

export interface CaseOf {
  entry: EntryCase;
  'used-bits': UsedBitsCase;
  'entry-sync': EntrySyncCase;
  translation: TranslationCase;
  'page-walk': PageWalkCase;
  invalidation: InvalidationCase;
  binding: BindingCase;
}
export interface ObservationOf {
  entry: EntryObservation;
  'used-bits': UsedBitsObservation;
  'entry-sync': EntrySyncObservation;
  translation: TranslationObservation;
  'page-walk': PageWalkObservation;
  invalidation: InvalidationObservation;
  binding: BindingObservation;
}
export type Observation = ObservationOf[Area];

// ---------------------------------------------------------------------------------- verdicts

export const levels = ['must', 'should', 'may'] as const;
export type Level = (typeof levels)[number];

/** What differs between an expectation and an observation. */
export const aspects = [
  'outcome',
  'address',
  'permission',
  'code',
  'record',
  'memory',
  'order',
  'count',
] as const;
export const aspectSchema = v.picklist(aspects);
export type Aspect = v.InferOutput<typeof aspectSchema>;

export const mismatchSchema = v.strictObject({
  rule: text,
  aspect: aspectSchema,
  /** What the rule allows and what was seen, each in a few words of the field. */
  expected: v.string(),
  observed: v.string(),
});
export type Mismatch = v.InferOutput<typeof mismatchSchema>;

/** A shrunk case on which an implementation broke a rule. `id` is rule, aspect and hash of the case. */
export const findingSchema = v.strictObject({
  version: v.literal(1),
  id: text,
  area: areaSchema,
  rule: text,
  aspect: aspectSchema,
  level: v.picklist(levels),
  implementation: text,
  seed: text,
  case: caseSchema,
  expected: v.string(),
  observed: v.string(),
  /** The whole answer of the implementation; null when it gave none (crash, hang, refusal). */
  observation: v.nullable(v.unknown()),
  /** The end of what the implementation wrote to its stderr. */
  stderr: v.optional(v.string()),
  /** What was found before it was shrunk: number of the drawn case, and steps taken. */
  found: v.strictObject({
    afterCases: unsigned(Number.MAX_SAFE_INTEGER),
    executions: unsigned(Number.MAX_SAFE_INTEGER),
  }),
  /** Where it stands in a recorded history; such a case is cut after the deciding step, and not shrunk. */
  recorded: v.optional(v.strictObject({ file: text, line: unsigned(Number.MAX_SAFE_INTEGER) })),
  /** Set when an expectation file names this rule and aspect: its reason. */
  expectedFailure: v.optional(v.string()),
});
export type Finding = v.InferOutput<typeof findingSchema>;

export const ruleStatuses = ['pass', 'fail', 'expected-failure', 'unexpected-pass', 'not-exercised'] as const;
export type RuleStatus = (typeof ruleStatuses)[number];

/** Something that an implementation is free to do: how often it could be seen, and how often it was. */
export const factCountSchema = v.strictObject({
  fact: text,
  seen: unsigned(Number.MAX_SAFE_INTEGER),
  chances: unsigned(Number.MAX_SAFE_INTEGER),
});
export type FactCount = v.InferOutput<typeof factCountSchema>;

export const areaResultSchema = v.strictObject({
  area: areaSchema,
  /** False when the implementation does not claim the area: neither pass nor fail. */
  claimed: v.boolean(),
  cases: unsigned(Number.MAX_SAFE_INTEGER),
  durationMs: v.number(),
  /** Cases that the implementation passed over, by the reason that it gave; they are among `cases`. */
  skipped: v.optional(
    v.array(v.strictObject({ reason: v.string(), cases: unsigned(Number.MAX_SAFE_INTEGER) })),
  ),
  /** Why no more cases were asked than these: it died or hung again and again. */
  givenUp: v.optional(text),
  rules: v.array(
    v.strictObject({
      id: text,
      exercised: unsigned(Number.MAX_SAFE_INTEGER),
      status: v.picklist(ruleStatuses),
    }),
  ),
  findings: v.array(findingSchema),
  /**
   * Findings of earlier runs that were tried first. `passes`: found in another implementation and not in this one;
   * `not-offered`: of a unit that it is not.
   */
  recorded: v.optional(
    v.array(
      v.strictObject({
        file: v.string(),
        id: text,
        state: v.picklist(['fails', 'fails-otherwise', 'fixed', 'passes', 'skipped', 'not-offered']),
      }),
    ),
  ),
  /** What the answers showed beside right and wrong, for example which entries are kept: no verdicts. */
  facts: v.optional(v.array(factCountSchema)),
});
export type AreaResult = v.InferOutput<typeof areaResultSchema>;

export const resultSchema = v.strictObject({
  version: v.literal(1),
  implementation: v.strictObject({
    name: text,
    version: v.optional(v.string()),
    profile: v.union([v.literal('any'), v.array(profileSchema)]),
  }),
  seed: text,
  areas: v.array(areaResultSchema),
});
export type Result = v.InferOutput<typeof resultSchema>;

/** A breach that a person looked at: the reason says why it is known and not a surprise. */
export const expectedFailureSchema = v.strictObject({
  area: areaSchema,
  rule: text,
  aspect: aspectSchema,
  /** So few cases show it that a run without it is no news. */
  seldom: v.optional(v.literal(true)),
  reason: v.pipe(v.string(), v.minLength(10)),
  link: v.optional(v.string()),
});
export type ExpectedFailure = v.InferOutput<typeof expectedFailureSchema>;

/** Known failures of one implementation, by rule and aspect. */
export const expectationFileSchema = v.strictObject({
  version: v.literal(1),
  implementation: text,
  expectedFailures: v.array(expectedFailureSchema),
});
export type ExpectationFile = v.InferOutput<typeof expectationFileSchema>;
