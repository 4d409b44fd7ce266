/** What a run says: of each area the rules, the findings and what else showed. */
import * as v from 'valibot';
import { areaSchema } from './area.ts';
import { findingSchema } from './finding.ts';
import { profileSchema } from './profile.ts';
import { text, unsigned } from './scalars.ts';

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
  /**
   * Of these: drawing cases, waiting for the implementation, and judging what it answers, which runs the reference
   * model. The rest is shrinking, counting and everything else.
   */
  spentMs: v.optional(v.strictObject({ draw: v.number(), implementation: v.number(), judge: v.number() })),
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
      /** Beside `pass`: cases broke it, all of which were told under another rule that they break. */
      renamed: v.optional(v.literal(true)),
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
  /** Of the exhaustive mode (`check --exhaustive`). */
  interleavings: v.optional(
    v.strictObject({
      /** How many programs were gone through. */
      programs: unsigned(Number.MAX_SAFE_INTEGER),
      /** All their interleavings, as a decimal number of any length. */
      count: v.pipe(v.string(), v.digits()),
      /** States that these go through, counted once between two actions of the implementation. */
      states: unsigned(Number.MAX_SAFE_INTEGER),
      /** Programs that were broken off, since they had too many states. */
      cut: unsigned(Number.MAX_SAFE_INTEGER),
    }),
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
    /** The options of a command that open it: `--impl`, SPEC and so on. */
    options: v.optional(v.array(text)),
  }),
  seed: text,
  areas: v.array(areaResultSchema),
});
export type Result = v.InferOutput<typeof resultSchema>;
