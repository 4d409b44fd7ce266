/** The profiles that cases are drawn under for an implementation. */
import { isDeepStrictEqual } from 'node:util';
import { ownProfiles, profilePool } from '../../generators/profiles.ts';
import type { Implementation } from '../../spec/implementation.ts';
import type { Case, Profile } from '../../spec/schema.ts';

/** Our models claim more than a stranger who takes any profile: the policies too. */
const ownModels: readonly string[] = ['optimized', 'reference'];

/** What `implementation` offers, the simplest first; only the profile called `wanted` when one is given. */
export function profilesOf(implementation: Implementation, wanted?: string): readonly Profile[] {
  const { profile } = implementation;
  const any = isOwnModel(implementation) ? ownProfiles : profilePool;
  const offered = profile === 'any' ? any : profile;
  return wanted === undefined ? offered : offered.filter((candidate) => candidate.name === wanted);
}

export function isOwnModel({ name }: Pick<Implementation, 'name'>): boolean {
  return ownModels.includes(name);
}

/** True when the unit of the case is one that `implementation` claims to be: another may rightly answer otherwise. */
export function isOffered({ profile }: Implementation, testCase: Case): boolean {
  return profile === 'any' || profile.some((offered) => isDeepStrictEqual(offered, testCase.profile));
}
