/**
 * A planted bug, caught in the first drawn case that shows it under the rule that it breaks, and shrunk as a search
 * shrinks it. A search would shrink a case of everything else that the bug breaks too, which takes many times as long.
 */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { Implementation } from '../../spec/implementation.ts';
import type { Area, Case, CaseOf, Mismatch, Observation, ObservationOf, Profile } from '../../spec/schema.ts';
import type { AreaSuite } from './area-suite.ts';
import { CHUNK, chunkSeeds } from './drawn-chunks.ts';
import { type DrawnAt, shrink } from './shrink.ts';

type Answer<A extends Area> = (testCase: CaseOf[A]) => ObservationOf[A];

export interface Plant<A extends Area> {
  readonly suite: AreaSuite<A>;
  /** What cases are drawn under. */
  readonly profiles: readonly Profile[];
  readonly faulty: Answer<A>;
  /** The same without the bug: what it answers too shows nothing, and need not be judged. */
  readonly healthy: Answer<A>;
  /** Whether this is a breach that the bug is to be found by. */
  readonly isIt: (mismatch: Mismatch) => boolean;
}

/** More than any planted bug needs. */
const MOST_CHUNKS = 80;

/** The shrunk case; throws when no drawn one shows the bug. */
export async function caught<A extends Area>(plant: Plant<A>, seed: string): Promise<CaseOf[A]> {
  const { suite, profiles, faulty } = plant;
  const arbitrary = suite.arbitrary(profiles);
  const { origin, mismatch } = firstSeen(plant, arbitrary, seed);
  const implementation: Implementation = {
    name: 'planted',
    profile: 'any',
    areas: [suite.area],
    run: (testCase: Case) => faulty(testCase as CaseOf[A]) as Observation,
  };
  const silent = () => undefined;
  const shrunk = await shrink(
    suite,
    implementation,
    arbitrary,
    profiles,
    { origin, breach: mismatch },
    silent,
  );
  return shrunk.testCase;
}

function firstSeen<A extends Area>(
  { suite, faulty, healthy, isIt }: Plant<A>,
  arbitrary: fc.Arbitrary<CaseOf[A]>,
  seedOfSearch: string,
): { readonly origin: DrawnAt; readonly mismatch: Mismatch } {
  const seedOf = chunkSeeds(seedOfSearch, suite.area);
  for (let chunk = 0; chunk < MOST_CHUNKS; chunk++) {
    const seed = seedOf(chunk);
    for (const [index, drawn] of fc.sample(arbitrary, { seed, numRuns: CHUNK }).entries()) {
      const observation = faulty(drawn);
      if (isDeepStrictEqual(observation, healthy(drawn))) continue;
      const mismatch = suite.judge(drawn, observation).mismatches.find(isIt);
      if (mismatch !== undefined) return { origin: { seed, index }, mismatch };
    }
  }
  throw new Error(`not found in ${MOST_CHUNKS * CHUNK} cases`);
}
