/** Interleavings a minute: short programs gone through in the exhaustive mode of area domain-replace. */
import * as fc from 'fast-check';
import type { Bench } from 'tinybench';
import { profilePool } from '../generators/profiles.ts';
import { runDomainReplace } from '../models/optimized/domain-replace.ts';
import { exhaustiveDomainReplace } from '../suites/domain-replace/exhaustive.ts';
import { SEED } from './areas.ts';
import { type Figure, perSecondOf, type Unit } from './figures.ts';

const PROGRAMS = 20;
/** Actions of the hardware between two of the driver. */
const MOST = 2;
const NAME = 'exhaustive: programs';

/** Adds one task; gives the number of interleavings that a round of it goes through. */
export function addInterleavings(bench: Bench, units: Map<string, Unit>): bigint {
  const { arbitrary, judge } = exhaustiveDomainReplace(MOST);
  const programs = fc.sample(arbitrary(profilePool), { seed: SEED, numRuns: PROGRAMS });
  const round = () =>
    programs.reduce((sum, one) => sum + (judge(one, runDomainReplace(one)).interleavings?.count ?? 0n), 0n);
  units.set(NAME, { perRound: PROGRAMS });
  bench.add(NAME, () => void round());
  return round();
}

/** `perRound`: as `addInterleavings` gave it. */
export function interleavingsPerMinute(figures: readonly Figure[], perRound: bigint): number | undefined {
  const perSecond = perSecondOf(figures, NAME);
  return perSecond === undefined ? undefined : (Number(perRound) * perSecond * 60) / PROGRAMS;
}
