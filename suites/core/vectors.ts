/**
 * Chooses the cases of a vector file and writes down what may be answered to each: few that cover every rule
 * first, then as many as are wanted in the order in which they are drawn. The same on any machine.
 */
import seedrandom from 'seedrandom';
import { drawCases } from '../../generators/drawing.ts';
import { reference } from '../../models/reference/implementation.ts';
import { barest } from '../../spec/barest.ts';
import { ruleOf } from '../../spec/catalogue.ts';
import { toJson } from '../../spec/json.ts';
import {
  type Area,
  type CaseOf,
  type ObservationOf,
  observationSchemas,
  type Profile,
} from '../../spec/schema.ts';
import { vectorId } from '../../spec/vector-file.ts';
import type { AreaSuite } from './area-suite.ts';
import { budget } from './budget.ts';
import { type Candidate, CoverPool } from './cover.ts';

/** One line of a vector file; what `allowed` is depends on the area. */
export interface DrawnVector extends Candidate {
  readonly id: string;
  readonly optional: boolean;
  readonly testCase: CaseOf[Area];
  readonly allowed: object;
}

export interface VectorWish {
  readonly seed: string;
  readonly count: number;
  readonly profiles: readonly Profile[];
}

const CHUNK = 256;
/** Cases of a cheap area that are drawn in search of one more rule; those of a single unit do not reach all. */
const PATIENCE = 10_000;
/** Draws for each vector that is wanted: a unit may have few cases that differ, or of which all is said. */
const DRAWS_A_VECTOR = 4;

/** Vectors of the area of `suite`, those that cover its rules first. The area must have `allowed`. */
export function drawVectors<A extends Area>(suite: AreaSuite<A>, wish: VectorWish): readonly DrawnVector[] {
  const random = seedrandom(`${wish.seed}/vectors/${suite.area}`);
  const arbitrary = suite.arbitrary(wish.profiles);
  const reachable = suite.rules.filter(({ unreachable }) => unreachable === undefined);
  const patience = budget(suite, PATIENCE);
  const pool = new CoverPool<DrawnVector>();
  const bulk = new Map<string, DrawnVector>();
  let drawn = 0;
  let enough = patience;
  const isCovered = () => drawn >= enough || reachable.every(({ id }) => pool.covers(id));
  const isFull = () => bulk.size >= wish.count || drawn >= DRAWS_A_VECTOR * wish.count + patience;
  while (!isCovered() || !isFull()) {
    drawn += CHUNK;
    for (const testCase of drawCases(arbitrary, random.int32(), CHUNK)) {
      const rules = exercised(suite, testCase, reference.run(testCase) as ObservationOf[A]);
      const isWanted = pool.isWanted(rules);
      if (!isWanted && bulk.size >= wish.count) continue;
      const vector = vectorOf(suite, testCase, rules);
      if (vector === undefined || bulk.has(vector.id)) continue;
      if (rules.some((rule) => !pool.covers(rule))) enough = drawn + patience;
      if (isWanted) pool.add(vector);
      if (bulk.size < wish.count) bulk.set(vector.id, vector);
    }
  }
  const covering = pool.cover();
  const chosen = new Set(covering.map(({ id }) => id));
  return [...covering, ...[...bulk.values()].filter(({ id }) => !chosen.has(id))].slice(0, wish.count);
}

function vectorOf<A extends Area>(
  suite: AreaSuite<A>,
  testCase: CaseOf[A],
  rules: readonly string[],
): DrawnVector | undefined {
  const allowed = suite.allowed?.(testCase);
  if (allowed === undefined) return undefined;
  const least = barest(observationSchemas[suite.area], reference.run(testCase)) as ObservationOf[A];
  const binding = exercised(suite, testCase, least).filter((rule) => ruleOf(rule)?.level !== 'may');
  return {
    id: vectorId(testCase),
    rules,
    optional: binding.length === 0,
    testCase,
    allowed,
    size: toJson([testCase, allowed]).length,
  };
}

/** Each rule that decides the answer once, in the order of the judge. */
function exercised<A extends Area>(
  suite: AreaSuite<A>,
  testCase: CaseOf[A],
  observation: ObservationOf[A],
): readonly string[] {
  return [...new Set(suite.judge(testCase, observation).exercised)];
}
