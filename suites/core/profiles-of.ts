/** The profiles that cases are drawn under for an implementation. */
import { ownProfiles, profilePool } from '../../generators/profiles.ts';
import type { Implementation } from '../../spec/implementation.ts';
import type { Profile } from '../../spec/schema.ts';

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
