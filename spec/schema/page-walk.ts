/** Area `page-walk`: a walk that announces to a hook what it finds mapped. */
import * as v from 'valibot';
import { profileSchema } from './profile.ts';
import { faultCode, memoryRunSchema, u64, unsigned } from './scalars.ts';

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
  /** What was announced before, ascending and disjoint, each with a right. Left out: the walk remembers nothing. */
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
