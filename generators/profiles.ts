/**
 * The profiles that cases are drawn under when an implementation takes any: the named ones first, then
 * legal configurations drawn once from the capability lattice. A fixed pool keeps a draw to one index,
 * lets models keep what they decoded of a profile, and shrinks towards the simplest.
 */
import * as fc from 'fast-check';
import { namedProfiles } from '../spec/profiles.ts';
import type { Policies, Profile } from '../spec/schema.ts';
import { drawnProfile, drawnProfileNames } from './drawn-profiles.ts';

/** Every profile that is drawn for an implementation that takes any; index 0 is the simplest. */
export const profilePool: readonly Profile[] = [...namedProfiles, ...drawnProfileNames.map(drawnProfile)];

/** The narrow side of every doubt that our models take. */
const narrowed: Policies = {
  usedBits: 'reviewed',
  emptyTables: 'announced',
  translationOff: 'identity',
  cacheFills: 'requests',
  rebinding: 'every-event',
  writeTracking: 'each-table',
};

/** What our own models claim: the whole pool, and under every other profile the narrow policies too. */
export const ownProfiles: readonly Profile[] = profilePool.map((profile, index) =>
  index % 2 === 0 ? profile : { ...profile, policies: { ...profile.policies, ...narrowed } },
);

/** A profile out of `profiles`, shrinking to the first. */
export function anyProfile(profiles: readonly Profile[] = profilePool): fc.Arbitrary<Profile> {
  return fc.nat(profiles.length - 1).map((index) => profiles[index] as Profile);
}
