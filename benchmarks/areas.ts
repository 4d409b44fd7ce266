/** Cases a second in process: drawing, each model, and the whole check, one area at a time. */
import type { Bench } from 'tinybench';
import { drawCases, drawn } from '../generators/drawing.ts';
import { profilePool } from '../generators/profiles.ts';
import { optimized } from '../models/optimized/implementation.ts';
import { reference } from '../models/reference/implementation.ts';
import { type Area, areas, type Case, type CaseOf, type ObservationOf } from '../spec/schema.ts';
import type { AreaSuite } from '../suites/core/area-suite.ts';
import { isJudgedInFull, judgeAsFar } from '../suites/core/judging.ts';
import { suiteOf } from '../suites/suite-of.ts';
import type { Unit } from './figures.ts';

/** Enough for every format and most defects. */
export const CASES_PER_ROUND = 512;
export const SEED = 20_260_309;
/** From so many cases on a search is a long one. */
const LONG_AFTER = 1 << 16;

/**
 * Adds the tasks of an area: draw, the reference model, the optimized model, and the judge and the whole check as in a
 * long search.
 */
export async function addAreas(bench: Bench, units: Map<string, Unit>): Promise<void> {
  for (const area of areas) addArea(bench, units, await suiteOf(area));
}

function addArea<A extends Area>(bench: Bench, units: Map<string, Unit>, suite: AreaSuite<A>): void {
  const arbitrary = suite.arbitrary(profilePool);
  const draw = () => drawCases(arbitrary, SEED, CASES_PER_ROUND);
  const cases = draw();
  const add = (step: string, round: () => void) => {
    units.set(`${suite.area}: ${step}`, { perRound: CASES_PER_ROUND });
    bench.add(`${suite.area}: ${step}`, round);
  };
  add('draw', () => void draw());
  add('reference', () => answerAll(reference.run, cases));
  add('optimized', () => answerAll(optimized.run, cases));
  const answerOf = (testCase: CaseOf[A]) => optimized.run(testCase) as ObservationOf[A];
  const isLongSearch = (number: number) => isJudgedInFull(LONG_AFTER + number);
  const answered = cases.map((testCase) => ({ testCase, answer: answerOf(testCase) }));
  add('judge, with its reference', () => {
    for (const [number, { testCase, answer }] of answered.entries()) {
      judgeAsFar(suite, testCase, answer, isLongSearch(number));
    }
  });
  const check = (isInFull: (number: number) => boolean) => {
    let number = 0;
    // As a search does: what is drawn long before it is judged costs the engine's collector.
    for (const testCase of drawn(arbitrary, SEED, CASES_PER_ROUND)) {
      judgeAsFar(suite, testCase, answerOf(testCase), isInFull(number++));
    }
  };
  add('check', () => check(isLongSearch));
  if (suite.isPlainlyRight !== undefined) add('check in full', () => check(() => true));
}

function answerAll(run: (testCase: Case) => unknown, cases: readonly Case[]): void {
  for (const testCase of cases) run(testCase);
}
