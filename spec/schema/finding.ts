/** What a judge says: a breach in words, and a finding that anybody can replay. */
import * as v from 'valibot';
import { areaSchema } from './area.ts';
import { caseSchema } from './case.ts';
import { text, u64, unsigned } from './scalars.ts';

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
  /**
   * Of a shrunk case the words, by the name that its report gives them; where it has tables, those that are not
   * zero. `matters`: the bits of which any one, changed alone, makes the failure go away. Left out where they were
   * not tried.
   */
  bits: v.optional(v.array(v.strictObject({ place: text, value: u64, matters: u64 }))),
  /** The end of what the implementation wrote to its stderr. */
  stderr: v.optional(v.string()),
  /** What was found before it was shrunk: number of the drawn case, and steps taken. */
  found: v.strictObject({
    afterCases: unsigned(Number.MAX_SAFE_INTEGER),
    executions: unsigned(Number.MAX_SAFE_INTEGER),
  }),
  /**
   * Hash of the case that this one comes to when any breach at all will do: findings that have it in common
   * probably have one cause. Left out where it was not looked for.
   */
  cause: v.optional(text),
  /** Where it stands in a recorded history; such a case is cut after the deciding step, and not shrunk. */
  recorded: v.optional(v.strictObject({ file: text, line: unsigned(Number.MAX_SAFE_INTEGER) })),
  /** Set when an expectation file names this rule and aspect: its reason. */
  expectedFailure: v.optional(v.string()),
});
export type Finding = v.InferOutput<typeof findingSchema>;
