/** What the counts of a search say: how likely a rule is to be missed by the next one, and what a pass has shown. */
import type { AreaResult } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { isJudgedInFull } from './judging.ts';

/** A rule that a run of `npm test` misses more often than this is drawn too seldom. */
export const MOST_LIKELY_MISSED = 1 / 1000;

/** Of `cases` drawn those in which rules are counted: all, where judging in full is not left out. */
export function countedCases({ isPlainlyRight }: AreaSuite, cases: number): number {
  if (isPlainlyRight === undefined) return cases;
  let counted = 0;
  for (let number = 0; number < cases; number++) if (isJudgedInFull(number)) counted++;
  return counted;
}

/** The chance that none of `asked` new cases decides a rule which `exercised` of `counted` decided: (1 - p)^n. */
export function chanceOfMissing(exercised: number, counted: number, asked: number): number {
  return counted === 0 ? 1 : (1 - Math.min(exercised / counted, 1)) ** asked;
}

/**
 * With no failure in `exercised` cases that a rule decided, the share of such cases in which it fails is below this at
 * 95 % confidence (the rule of three); 1 says nothing.
 */
export function failsBelow(exercised: number): number {
  return Math.min(3 / Math.max(exercised, 1), 1);
}

export interface Frequency {
  readonly id: string;
  readonly exercised: number;
  /** Of 1,000 counted cases. */
  readonly perThousand: number;
  /** In a run of `npm test`. */
  readonly missed: number;
}

/**
 * How often each rule of `suite` was decided over all `results`, and how likely a run of `asked` cases misses it. The
 * rarest first.
 */
export function frequencies(
  suite: AreaSuite,
  results: readonly AreaResult[],
  asked: number,
): readonly Frequency[] {
  const counted = results.reduce((sum, { cases }) => sum + countedCases(suite, cases), 0);
  return suite.rules
    .filter(({ unreachable }) => unreachable === undefined)
    .map(({ id }) => {
      const counts = results.map(({ rules }) => rules.find((rule) => rule.id === id)?.exercised ?? 0);
      const exercised = counts.reduce((sum, count) => sum + count, 0);
      return {
        id,
        exercised,
        perThousand: (1000 * exercised) / Math.max(counted, 1),
        missed: chanceOfMissing(exercised, counted, countedCases(suite, asked)),
      };
    })
    .toSorted((a, b) => a.exercised - b.exercised);
}
