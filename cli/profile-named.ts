/** A profile by the name that a user gives: a named one, or one of the drawn pool. */
import { drawnProfile, drawnProfileNames } from '../generators/drawn-profiles.ts';
import { namedProfiles } from '../spec/profiles.ts';
import type { Profile } from '../spec/schema.ts';
import { wrongUse } from './exit.ts';

export function profileNamed(name: string): Profile {
  const found = namedProfiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  if (drawnProfileNames.includes(name)) return drawnProfile(name);
  const names = namedProfiles.map((profile) => profile.name).join(', ');
  throw wrongUse(`unknown profile "${name}": expected ${names} or drawn-N`);
}
