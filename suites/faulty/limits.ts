/** How fast, how rightly named and how small known bugs have to be found, and which of them are not. */
import * as v from 'valibot';
import { areaSchema } from '../../spec/schema.ts';
import type { BugFigures } from './figures.ts';

/**
 * So many times as long one and the same search took in one hour as in another on the same machine (4.4 and 2.5 s of
 * its processor), mostly because the engine compiles when it finds the time: what is below it may be chance.
 */
const CHANCE = 1.8;

/** What `milliseconds` come to at best on the machine whose milliseconds the limits are. */
const usual = ({ times }: BugFigures, milliseconds: number): number =>
  Math.round(milliseconds / times.slowness / CHANCE);

/** The figures that have limits. All are better when they are lower. */
const measures = {
  missed: ({ seeds, found }) => seeds - found,
  misnamed: ({ misnamed }) => misnamed,
  'exercising.median': ({ exercising }) => exercising.median,
  'findMs.median': (figures) => usual(figures, figures.times.findMs.median),
  'findMs.worst': (figures) => usual(figures, figures.times.findMs.worst),
  'steps.median': ({ steps }) => steps.median,
  'steps.worst': ({ steps }) => steps.worst,
  'ratio.median': ({ ratio }) => ratio.median,
  forms: ({ forms }) => forms,
  'executions.worst': ({ executions }) => executions.worst,
  'shrinkMs.worst': (figures) => usual(figures, figures.times.shrinkMs.worst),
} as const satisfies Readonly<Record<string, (figures: BugFigures) => number>>;
type Measure = keyof typeof measures;
const measureNames = Object.keys(measures) as [Measure, ...Measure[]];

const limit = v.pipe(v.number(), v.minValue(0));
export const limitsSchema = v.strictObject({
  version: v.literal(1),
  /** Of every bug. */
  limits: v.strictObject(v.entriesFromList(measureNames, limit)),
  /** The share of the bugs that have one form only, at least. */
  oneForm: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  /** Bugs, or all of an area, that go beyond, how far they may, and why. That of a bug alone comes first. */
  exceptions: v.array(
    v.strictObject({
      bug: v.optional(v.string()),
      area: v.optional(areaSchema),
      measure: v.picklist(measureNames),
      limit,
      reason: v.pipe(v.string(), v.minLength(1)),
    }),
  ),
});
export type Limits = v.InferOutput<typeof limitsSchema>;

/** A sentence for each figure that is beyond its limit. */
export function breaches(all: readonly BugFigures[], limits: Limits): readonly string[] {
  const ofBugs = all.flatMap((figures) =>
    measureNames.flatMap((name) => {
      const most = limitOf(limits, figures, name);
      const value = measures[name](figures);
      return value > most ? [`${figures.id}: ${name} is ${value}, limit ${most}`] : [];
    }),
  );
  const several = all.filter(({ forms }) => forms > 1).map(({ id }) => id);
  const share = all.length === 0 ? 1 : 1 - several.length / all.length;
  if (share >= limits.oneForm) return ofBugs;
  const percent = (part: number) => `${Math.floor(part * 1000) / 10} %`;
  const said = `one form only have ${percent(share)} of the bugs, limit ${percent(limits.oneForm)}; several have`;
  return [...ofBugs, `${said} ${several.join(', ')}`];
}

/** Bugs that exceptions name and that there are not. */
export function strayExceptions({ exceptions }: Limits, known: readonly string[]): readonly string[] {
  return exceptions.flatMap(({ bug }) => (bug === undefined || known.includes(bug) ? [] : [bug]));
}

function limitOf({ limits, exceptions }: Limits, { id, area }: BugFigures, measure: Measure): number {
  const ofMeasure = exceptions.filter((one) => one.measure === measure);
  const exception = ofMeasure.find(({ bug }) => bug === id) ?? ofMeasure.find((one) => one.area === area);
  return exception?.limit ?? limits[measure];
}
