/**
 * Where shrinking of a breach begins, whatever case showed it: cases drawn under a seed of their own that exercise
 * the rule, the smallest first. From the first of them that shows the breach too, all searches that find one bug go
 * the same way to the same form; from the cases that they found they would end in several.
 */
import { drawCases } from '../../generators/drawing.ts';
import type { Area, CaseOf, Profile } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { sizeOf } from './case-size.ts';
import { exercisedBy } from './exercised-by.ts';

/** Cases drawn at a time; of those that exercise a rule `MOST_TRIED` are tried before more are drawn. */
const ROUND = 512;
const MOST_TRIED = 24;
const FIRST_SEED = 1;

interface Start<A extends Area> {
  readonly testCase: CaseOf[A];
  readonly exercised: readonly string[];
}
type Round<A extends Area> = readonly Start<A>[];

/** What was drawn before: a search has many findings, and each begins here. */
const drawn = new WeakMap<readonly Profile[], Map<unknown, Round<Area>[]>>();

/** Cases that exercise `rule`, which is one of the area or one that every case exercises. */
export function* commonStarts<A extends Area>(
  suite: AreaSuite<A>,
  profiles: readonly Profile[],
  rule: string,
): Iterable<CaseOf[A]> {
  const isOfArea = suite.rules.some(({ id }) => id === rule);
  for (let round = 0; round < (suite.startRounds ?? 0); round++) {
    const exercising = roundOf(suite, profiles, round).filter(
      ({ exercised }) => !isOfArea || exercised.includes(rule),
    );
    for (const { testCase } of spread(exercising)) yield testCase;
  }
}

function roundOf<A extends Area>(suite: AreaSuite<A>, profiles: readonly Profile[], round: number): Round<A> {
  const ofProfiles = drawn.get(profiles) ?? new Map<unknown, Round<Area>[]>();
  drawn.set(profiles, ofProfiles);
  const rounds = ofProfiles.get(suite) ?? [];
  ofProfiles.set(suite, rounds);
  const known = rounds[round] ?? smallestFirst(suite, profiles, FIRST_SEED + round);
  rounds[round] = known;
  return known as Round<A>;
}

function smallestFirst<A extends Area>(
  suite: AreaSuite<A>,
  profiles: readonly Profile[],
  seed: number,
): Round<A> {
  const cases = drawCases(suite.arbitrary(profiles), seed, ROUND);
  const sized = cases.map((testCase) => {
    const { steps, words } = sizeOf(testCase);
    return {
      testCase,
      exercised: exercisedBy(suite, testCase),
      size: [steps, words, profiles.indexOf(testCase.profile)],
    };
  });
  return sized.toSorted((a, b) => a.size.map((part, at) => part - b.size[at]!).find((by) => by !== 0) ?? 0);
}

/** As many as are tried, of all sizes: a bug that needs much does not show in the smallest, however many they are. */
function spread<T>(sorted: readonly T[]): readonly T[] {
  const step = Math.max(sorted.length / MOST_TRIED, 1);
  return sorted.filter((_, index) => Math.floor(index / step) > Math.floor((index - 1) / step));
}
