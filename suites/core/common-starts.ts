/**
 * Where shrinking of a breach begins, whatever case showed it: the scenes of the area that exercise the rule, then
 * cases drawn under a seed of their own that do, the smallest first. From the first that shows the breach too, all
 * searches that find one bug go the same way to the same form; from the cases that they found they would end in several.
 */
import { drawCases } from '../../generators/drawing.ts';
import type { Area, Case, CaseOf, Profile } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { sizeOf } from './case-size.ts';
import { exercisedBy } from './exercised-by.ts';

/** Cheap cases drawn at a time; of those that exercise a rule `MOST_TRIED` are tried before more are drawn. */
const ROUND = 512;
const MOST_TRIED = 24;
const FIRST_SEED = 1;

interface Start {
  readonly testCase: Case;
  readonly exercised: readonly string[];
}

interface Starts {
  /** Each under the profiles that have what it needs. */
  readonly scenes: readonly (readonly Start[])[];
  readonly rounds: (readonly Start[])[];
}

/** What was played and drawn before: a search has many findings, and each begins here. */
const known = new WeakMap<readonly Profile[], Map<unknown, Starts>>();

/** Cases that exercise `rule`, which is one of the area or one that every case exercises; scenes that do not, too. */
export function* commonStarts<A extends Area>(
  suite: AreaSuite<A>,
  profiles: readonly Profile[],
  rule: string,
): Iterable<CaseOf[A]> {
  const { startRounds = 0 } = suite;
  if (startRounds === 0) return;
  const isOfArea = suite.rules.some(({ id }) => id === rule);
  const exercises = ({ exercised }: Start) => !isOfArea || exercised.includes(rule);
  const { scenes, rounds } = startsOf(suite, profiles);
  for (const { testCase } of aboutFirst(scenes, exercises)) yield testCase as CaseOf[A];
  for (let round = 0; round < startRounds; round++) {
    const drawn = rounds[round] ?? smallestFirst(suite, profiles, FIRST_SEED + round);
    rounds[round] = drawn;
    for (const { testCase } of spread(drawn.filter(exercises))) yield testCase as CaseOf[A];
  }
}

function startsOf<A extends Area>(suite: AreaSuite<A>, profiles: readonly Profile[]): Starts {
  const ofProfiles = known.get(profiles) ?? new Map<unknown, Starts>();
  known.set(profiles, ofProfiles);
  const starts = ofProfiles.get(suite) ?? { scenes: scenesOf(suite, profiles), rounds: [] };
  ofProfiles.set(suite, starts);
  return starts;
}

function scenesOf<A extends Area>(suite: AreaSuite<A>, profiles: readonly Profile[]): Starts['scenes'] {
  const scenes: Start[][] = [];
  for (const profile of suite.fitting?.(profiles) ?? profiles) {
    for (const [index, testCase] of (suite.scenes?.(profile) ?? []).entries()) {
      scenes[index] ??= [];
      if (testCase !== undefined) scenes[index].push({ testCase, exercised: exercisedBy(suite, testCase) });
    }
  }
  return scenes;
}

/** Of each scene one: those that exercise the rule, then those where a breach of it may exercise it. */
function aboutFirst(scenes: Starts['scenes'], exercises: (start: Start) => boolean): readonly Start[] {
  const about = scenes.map((scene) => scene.find(exercises));
  const others = scenes.map((scene, index) => (about[index] === undefined ? scene[0] : undefined));
  return [...about, ...others].filter((start) => start !== undefined);
}

function smallestFirst<A extends Area>(
  suite: AreaSuite<A>,
  profiles: readonly Profile[],
  seed: number,
): readonly Start[] {
  const { starts, cost = 1 } = suite;
  const arbitrary = starts?.(profiles) ?? suite.arbitrary(profiles);
  const cases = drawCases(arbitrary, seed, starts === undefined ? ROUND : Math.ceil(ROUND / cost));
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
