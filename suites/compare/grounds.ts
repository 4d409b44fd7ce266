/**
 * The profiles that cases are drawn under when several implementations are asked the same. Best is a profile that
 * all offer: equal but for its name. Where there is none, profiles of one name (a configuration that two versions of
 * an emulator have) will do if they can be asked the same: each is then asked and judged under its own claims.
 */
import { isDeepStrictEqual } from 'node:util';
import { ownProfiles, profilePool } from '../../generators/profiles.ts';
import type { Implementation } from '../../spec/implementation.ts';
import type { Profile } from '../../spec/schema.ts';
import { isOwnModel } from '../core/profiles-of.ts';

export interface Ground {
  /** What cases are drawn under. */
  readonly drawn: Profile;
  /** What each implementation is asked and judged under. */
  readonly own: readonly Profile[];
}

/** The simplest first; empty when the implementations have nothing in common. */
export function groundsOf(implementations: readonly Implementation[]): readonly Ground[] {
  const listed = implementations.flatMap(({ profile }) => (profile === 'any' ? [] : [profile]));
  const [first] = listed;
  if (first === undefined) {
    const pool = implementations.every(isOwnModel) ? ownProfiles : profilePool;
    return pool.map((drawn) => ({ drawn, own: implementations.map(() => drawn) }));
  }
  const equal = pairedBy(implementations, first, isEqualUnit);
  // Cases are drawn under the claims of each in turn: what one of them lacks is then met from both sides.
  return equal.length > 0 ? equal : listed.flatMap((drawn) => pairedBy(implementations, drawn, isNamesake));
}

type Fits = (one: Profile, other: Profile) => boolean;

function pairedBy(
  implementations: readonly Implementation[],
  candidates: readonly Profile[],
  fits: Fits,
): readonly Ground[] {
  return candidates.flatMap((drawn) => {
    const own = implementations.map(({ profile }) =>
      profile === 'any' ? drawn : profile.find((offered) => fits(offered, drawn)),
    );
    return own.every((found) => found !== undefined) ? [{ drawn, own }] : [];
  });
}

function isEqualUnit(one: Profile, other: Profile): boolean {
  return isDeepStrictEqual({ ...one, name: '' }, { ...other, name: '' });
}

/** The same name, and the same memory, requesters, kinds of requests and SMMU: every case of one can be asked of the other. */
function isNamesake(one: Profile, other: Profile): boolean {
  return one.name === other.name && isDeepStrictEqual(askable(one), askable(other));
}

function askable({ backed, sourceIds, requestKinds, ops, pasids, smmu }: Profile): unknown {
  return { backed, sourceIds, requestKinds, ops, pasids, smmu };
}
