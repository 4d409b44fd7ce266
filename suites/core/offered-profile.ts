/** Whether an implementation can be asked a case that was not drawn for it. */
import { isDeepStrictEqual } from 'node:util';
import type { Implementation } from '../../spec/implementation.ts';
import type { Profile } from '../../spec/schema.ts';
import { profilesOf } from './profiles-of.ts';

/**
 * The offered profile that a case of `profile` can be asked under: equal but for its name, which another version
 * may have changed. Who takes any profile takes this one, unless its policies are narrower than what is claimed.
 * With `wanted` only the profile of that name counts.
 */
export function offeredProfile(
  implementation: Implementation,
  profile: Profile,
  wanted?: string,
): Profile | undefined {
  const offered = profilesOf(implementation, wanted);
  const unit = { ...profile, name: '' };
  const equal = offered.filter((one) => isDeepStrictEqual({ ...one, name: '' }, unit));
  const same = equal.find(({ name }) => name === profile.name) ?? equal[0];
  if (same !== undefined || implementation.profile !== 'any' || wanted !== undefined) return same;
  const { policies } = profile;
  return offered.some((one) => isDeepStrictEqual(one.policies, policies)) ? profile : undefined;
}
