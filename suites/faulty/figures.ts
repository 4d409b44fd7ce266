/** What the sightings of a bug come to: the figures that are shown and held against limits. */
import type { Bug } from '../../models/faulty/bug.ts';
import { type CaseSize, sizeOf } from '../core/case-size.ts';
import type { Sighting } from './measure.ts';

export interface Spread {
  readonly median: number;
  readonly worst: number;
}

export interface BugFigures {
  readonly id: string;
  readonly area: Bug['area'];
  readonly history?: string;
  readonly wrong: string;
  /** Seeds, and those that found it. */
  readonly seeds: number;
  readonly found: number;
  /** Seeds whose finding is of a rule that does not name the bug rightly. */
  readonly misnamed: number;
  /** What it was blamed on: `rule/aspect`, the most frequent first. */
  readonly blamed: readonly string[];
  readonly cases: Spread;
  readonly exercising: Spread;
  readonly steps: Spread;
  readonly words: Spread;
  /** The case written by hand. */
  readonly smallest: CaseSize;
  /** Steps and words together, as multiples of those of the case written by hand that breaks the same. */
  readonly ratio: Spread;
  /** Different findings over the seeds, the most frequent first. */
  readonly findings: readonly string[];
  /** The most different shrunk cases that one rule and aspect have. */
  readonly forms: number;
  readonly executions: Spread;
  /** Examples of upstream test suites that fail with it: what people had before. */
  readonly failedExamples: readonly string[];
  /** All that differs from one machine to the other; `slowness` is that of yardstick.ts, around the measurement. */
  readonly times: { readonly findMs: Spread; readonly shrinkMs: Spread; readonly slowness: number };
}

export function figuresOf(
  bug: Bug,
  seeds: number,
  sightings: readonly Sighting[],
  failedExamples: readonly string[] = [],
  slowness = 1,
): BugFigures {
  const { id, area, history, wrong, rules } = bug;
  const smallest = sizeOf(bug.smallest);
  const spread = (pick: (sighting: Sighting) => number) => spreadOf(sightings.map(pick));
  return {
    ...{ id, area, ...(history === undefined ? {} : { history }), wrong },
    seeds,
    found: sightings.length,
    misnamed: sightings.filter(({ rule }) => !rules.includes(rule)).length,
    blamed: byFrequency(sightings.map(({ rule, aspect }) => `${rule}/${aspect}`)),
    cases: spread(({ cases }) => cases),
    exercising: spread(({ exercising }) => exercising),
    steps: spread(({ size }) => size.steps),
    words: spread(({ size }) => size.words),
    smallest,
    ratio: spread(({ size, byHand }) => rounded((size.steps + size.words) / (byHand.steps + byHand.words))),
    findings: byFrequency(sightings.map(({ finding }) => finding)),
    forms: formsOf(sightings),
    executions: spread(({ executions }) => executions),
    failedExamples,
    times: {
      findMs: spread(({ findMs }) => rounded(findMs)),
      shrinkMs: spread(({ shrinkMs }) => rounded(shrinkMs)),
      slowness: rounded(slowness),
    },
  };
}

/** The upper median, so that it is a figure that was measured; zeros where nothing was. */
function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? 0, worst: sorted.at(-1) ?? 0 };
}

/** A search goes on past a breach: who breaks two rules gets two findings, but each should be one. */
function formsOf(sightings: readonly Sighting[]): number {
  const blames = Map.groupBy(sightings, ({ rule, aspect }) => `${rule}/${aspect}`).values();
  return Math.max(0, ...[...blames].map((of) => new Set(of.map(({ finding }) => finding)).size));
}

function byFrequency(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
