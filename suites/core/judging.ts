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
/**
 * Of the first, so many are looked at before: most of what is wrong shows there, and is told in half the time.
 * What it costs a search of the slowest area is 3 %; for all of the first it would be 11 %.
 */
const HURRIED = 1024;

/** True when case `number` of a search is judged in full, however right it looks. */
export function isJudgedInFull(number: number): boolean {
  return number < FIRST || number % EVERY === 0;
}

/** What is done about an answer: `look-first` is to judge it in full too, behind the other looks of its chunk. */
export type Depth = 'look' | 'look-first' | 'full';

export function depthOf(number: number): Depth {
  if (number < HURRIED) return 'look-first';
  return isJudgedInFull(number) ? 'full' : 'look';
}

/** Of an answer that was found right at a first look: what it exercises was not asked. */
export const plainlyRight: Verdict = { exercised: [], mismatches: [] };

/** What is wrong with an answer; also what it shows, if `inFull`. */
export function judgeAsFar<A extends Area>(
  suite: AreaSuite<A>,
  testCase: CaseOf[A],
  observation: ObservationOf[A],
  inFull: boolean,
): Verdict {
  if (!inFull && suite.isPlainlyRight?.(testCase, observation) === true) return plainlyRight;
  return suite.judge(testCase, observation);
}
