/** What `faulty --json` and the benchmark write, as far as a report shows it. */
import * as v from 'valibot';
import { areaSchema } from '../../spec/schema.ts';

const spread = v.object({ median: v.number(), worst: v.number() });

export const yardstickSchema = v.object({
  bugs: v.array(
    v.object({
      id: v.string(),
      area: areaSchema,
      history: v.optional(v.string()),
      wrong: v.string(),
      seeds: v.number(),
      found: v.number(),
      blamed: v.array(v.string()),
      cases: spread,
      steps: spread,
      words: spread,
      smallest: v.object({ steps: v.number(), words: v.number() }),
      forms: v.number(),
      times: v.object({ findMs: spread }),
    }),
  ),
});
export type KnownBug = v.InferOutput<typeof yardstickSchema>['bugs'][number];

export const benchmarkSchema = v.object({
  machine: v.object({ cpu: v.string(), cores: v.number(), node: v.string() }),
  figures: v.array(v.object({ name: v.string(), perSecond: v.number(), spreadPercent: v.number() })),
});
export type Benchmark = v.InferOutput<typeof benchmarkSchema>;
