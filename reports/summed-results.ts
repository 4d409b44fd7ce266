/**
 * Runs of one implementation under many seeds, as one: what many machines found in a night. A finding is named by its
 * smallest case, so the same bug is one finding whoever came upon it.
 */
import { isDeepStrictEqual } from 'node:util';
import { areas as allAreas } from '../spec/names.ts';
import type { AreaResult, FactCount, Result, RuleStatus } from '../spec/schema.ts';
import { mergedResults } from './merged-results.ts';

/** What a rule is called that has several: a breach is one whatever other seeds show; a known one happened. */
const weight: readonly RuleStatus[] = [
  'not-exercised',
  'pass',
  'unexpected-pass',
  'expected-failure',
  'fail',
];
/** Beyond these seeds are counted. */
const MOST_SEEDS = 3;

/** One result an implementation, in whatever order the parts are given; a sentence when one is there twice. */
export function summedResults(results: readonly Result[]): readonly Result[] | string {
  const runs = mergedResults(results);
  if (typeof runs === 'string') return runs;
  const sums: Result[][] = [];
  for (const run of runs.toSorted(bySeed)) {
    const same = sums.find(([first]) => isDeepStrictEqual(first?.implementation, run.implementation));
    if (same === undefined) sums.push([run]);
    else same.push(run);
  }
  return sums.map((ofOne) => ({ ...(ofOne[0] as Result), seed: seedsOf(ofOne), areas: areasOf(ofOne) }));
}

function bySeed({ seed: one }: Result, { seed: other }: Result): number {
  return one < other ? -1 : Number(one > other);
}

function seedsOf(runs: readonly Result[]): string {
  const seeds = runs.map(({ seed }) => seed);
  if (seeds.length <= MOST_SEEDS) return seeds.join(', ');
  return `${seeds[0]} and ${seeds.length - 1} others`;
}

function areasOf(runs: readonly Result[]): AreaResult[] {
  const areas = runs.flatMap((run) => run.areas);
  return allAreas.flatMap((area) => {
    const parts = areas.filter((one) => one.area === area);
    return parts.length > 0 ? [sumOf(parts)] : [];
  });
}

function sumOf(parts: readonly AreaResult[]): AreaResult {
  const [first] = parts as [AreaResult, ...AreaResult[]];
  const total = (pick: (part: AreaResult) => number) => parts.reduce((sum, part) => sum + pick(part), 0);
  const {
    skipped: _skipped,
    facts: _facts,
    interleavings: _interleavings,
    recorded: _recorded,
    spentMs: _spentMs,
    ...rest
  } = first;
  const skipped = sumsBy(
    parts.flatMap((part) => part.skipped ?? []),
    ({ reason }) => reason,
    (one, other) => ({
      ...one,
      cases: one.cases + other.cases,
    }),
  );
  const facts = sumsBy(
    parts.flatMap((part) => part.facts ?? []),
    ({ fact }) => fact,
    added,
  );
  const interleavings = parts.flatMap((part) => part.interleavings ?? []);
  const spent = parts.flatMap((part) => part.spentMs ?? []);
  const givenUp = parts.find((part) => part.givenUp !== undefined)?.givenUp;
  return {
    ...rest,
    claimed: parts.some(({ claimed }) => claimed),
    cases: total(({ cases }) => cases),
    durationMs: total(({ durationMs }) => durationMs),
    ...(spent.length > 0 ? { spentMs: spent.reduce(addedMs) } : {}),
    ...(skipped.length > 0 ? { skipped } : {}),
    ...(givenUp === undefined ? {} : { givenUp }),
    rules: sumsBy(
      parts.flatMap(({ rules }) => rules),
      ({ id }) => id,
      addedRules,
    ),
    findings: sumsBy(
      parts.flatMap(({ findings }) => findings),
      ({ id }) => id,
      (one) => one,
    ),
    ...(facts.length > 0 ? { facts } : {}),
    ...(interleavings.length > 0
      ? {
          interleavings: {
            programs: interleavings.reduce((sum, { programs }) => sum + programs, 0),
            count: interleavings.reduce((sum, { count }) => sum + BigInt(count), 0n).toString(),
            states: interleavings.reduce((sum, { states }) => sum + states, 0),
            cut: interleavings.reduce((sum, { cut }) => sum + cut, 0),
          },
        }
      : {}),
  };
}

type RuleResult = AreaResult['rules'][number];

function addedRules(one: RuleResult, other: RuleResult): RuleResult {
  const status = weight.indexOf(one.status) < weight.indexOf(other.status) ? other.status : one.status;
  const sum = { id: one.id, exercised: one.exercised + other.exercised, status };
  return status === 'pass' && (one.renamed || other.renamed) ? { ...sum, renamed: true } : sum;
}

type SpentMs = NonNullable<AreaResult['spentMs']>;

function addedMs(one: SpentMs, other: SpentMs): SpentMs {
  return {
    draw: one.draw + other.draw,
    implementation: one.implementation + other.implementation,
    judge: one.judge + other.judge,
  };
}

function added(one: FactCount, other: FactCount): FactCount {
  return { fact: one.fact, seen: one.seen + other.seen, chances: one.chances + other.chances };
}

/** One for each key, in the order in which they come first. */
function sumsBy<T>(all: readonly T[], key: (one: T) => string, sum: (one: T, other: T) => T): T[] {
  const sums = new Map<string, T>();
  for (const one of all) {
    const known = sums.get(key(one));
    sums.set(key(one), known === undefined ? one : sum(known, one));
  }
  return [...sums.values()];
}
