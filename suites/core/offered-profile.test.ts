import { expect, test } from 'vitest';
import { ownProfiles } from '../../generators/profiles.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import { offeredProfile } from './offered-profile.ts';

const offering = (profile: Implementation['profile'], name = 'mine'): Implementation => ({
  name,
  profile,
  areas: ['entry'],
  run: () => ({ fault: null }),
});
const [one, two] = namedProfiles as [Profile, Profile];

test('a case is asked under the profile that is offered, even under another name', () => {
  const renamed = { ...two, name: 'mine-2.0' };
  expect(offeredProfile(offering([one, renamed]), structuredClone(two))).toBe(renamed);
  const twins = [{ ...one, name: 'a' }, one];
  expect(offeredProfile(offering(twins), one)).toBe(one);
});

test('a unit that differs is not asked: it may rightly answer otherwise', () => {
  expect(offeredProfile(offering([{ ...one, haw: one.haw + 1 }]), one)).toBeUndefined();
  expect(offeredProfile(offering([{ ...one, policies: { usedBits: 'reviewed' } }]), one)).toBeUndefined();
});

test('who takes any profile is asked under this one, but not for more than it claims', () => {
  const drawn = { ...one, name: 'somewhere', haw: 45 };
  expect(offeredProfile(offering('any'), drawn)).toBe(drawn);
  const narrow: Profile = { ...drawn, policies: { usedBits: 'reviewed' } };
  expect(offeredProfile(offering('any'), narrow)).toBeUndefined();
  const { policies } = ownProfiles[1] as Profile;
  const own: Profile = { ...drawn, policies };
  expect(offeredProfile(offering('any', 'optimized'), own)).toBe(own);
});

test('with a profile that is wanted only that one counts', () => {
  expect(offeredProfile(offering('any'), one, one.name)).toMatchObject({ name: one.name });
  expect(offeredProfile(offering('any'), two, one.name)).toBeUndefined();
  expect(offeredProfile(offering([one, two]), two, one.name)).toBeUndefined();
});
