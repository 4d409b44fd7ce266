/** The suite that can find a breach of a rule again: a few rules are those of the exhaustive mode alone. */
import type { Area } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';

/** As deep as anybody goes by hand. */
const MOST_ACTIONS = 4;

export function judgeOfRule<A extends Area>(suite: AreaSuite<A>, rule: string): AreaSuite<A> {
  if (suite.exhaustive === undefined || suite.rules.some(({ id }) => id === rule)) return suite;
  const exhaustive = suite.exhaustive(MOST_ACTIONS);
  return exhaustive.rules.some(({ id }) => id === rule) ? exhaustive : suite;
}
