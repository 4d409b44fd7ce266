/** The smallest cases about entries, as the bugs of these areas write them down. */
import { namedProfile, namedProfiles } from '../../spec/profiles.ts';
import type {
  EntrySyncCase,
  EntrySyncFormat,
  Profile,
  UsedBitsCase,
  UsedBitsFormat,
} from '../../spec/schema.ts';

type Words = readonly bigint[];

/** The simplest unit, of which most formats take nothing. */
export const simplestProfile = namedProfiles[0] as Profile;

/** One that can have every PASID table entry; of its capabilities a writer looks at nothing but coherence. */
export const ablestProfile = namedProfile('everything') as Profile;

/** An update of an entry; words left out at the end are zero. */
export function update(
  format: Exclude<EntrySyncFormat, 'synthetic'>,
  from: Words,
  to: Words,
  profile: Profile = ablestProfile,
): EntrySyncCase {
  const size = format === 'amd-dte' ? 4 : 8;
  return { area: 'entry-sync', profile, format, from: filled(from, size), to: filled(to, size) };
}

/** The used bits of an entry, and what is safe to change between it and `target`. */
export function usedBits(format: UsedBitsFormat, entry: Words, target?: Words): UsedBitsCase {
  // A table may leave out what the unit reserves.
  const profile = format === 'vtd-pasid' ? ablestProfile : simplestProfile;
  const asked = { area: 'used-bits' as const, profile, format, entry: filled(entry, 8) };
  return target === undefined ? asked : { ...asked, target: filled(target, 8) };
}

/** `words` and zeros, `size` in all. */
export function filled(words: Words, size: number): bigint[] {
  return Array.from({ length: size }, (_, index) => words[index] ?? 0n);
}
