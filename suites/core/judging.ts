/**
 * How far an answer is looked into. In a long search most answers of an area that has a fast look get no more than
 * that, when it finds them right: nothing wrong is overlooked, but what is exercised, and what shows as facts, is counted
 * in the rest alone.
 */
import type { Area, CaseOf, ObservationOf } from '../../spec/schema.ts';
import type { AreaSuite, Verdict } from './area-suite.ts';

/** The first cases of a search are judged in full: as many as are asked of the slowest area by default. */
const FIRST = 4096;
/** Of the others one in so many is. */
const EVERY = 32;

/** True when case `number` of a search is judged in full, however right it looks. */
export function isJudgedInFull(number: number): boolean {
  return number < FIRST || number % EVERY === 0;
}

const nothing: Verdict = { exercised: [], mismatches: [] };

/** What is wrong with an answer; also what it shows, if `inFull`. */
export function judgeAsFar<A extends Area>(
  suite: AreaSuite<A>,
  testCase: CaseOf[A],
  observation: ObservationOf[A],
  inFull: boolean,
): Verdict {
  if (!inFull && suite.isPlainlyRight?.(testCase, observation) === true) return nothing;
  return suite.judge(testCase, observation);
}
