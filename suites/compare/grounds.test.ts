import { expect, test } from 'vitest';
import { ownProfiles, profilePool } from '../../generators/profiles.ts';
import type { Implementation } from '../../spec/implementation.ts';
import { namedProfiles } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import { groundsOf } from './grounds.ts';

const [small, large] = namedProfiles as [Profile, Profile];

function offering(profile: Implementation['profile'], name = 'mine'): Implementation {
  return { name, profile, areas: ['entry'], run: () => ({ fault: null }) };
}

test('implementations that take any profile meet under all of them, with the policies of our models only for those', () => {
  const drawn = (...names: readonly string[]) =>
    groundsOf(names.map((name) => offering('any', name))).map((ground) => ground.drawn);
  expect(drawn('optimized', 'reference')).toEqual(ownProfiles);
  expect(drawn('optimized', 'stranger')).toEqual(profilePool);
});

test('who takes any profile is asked under those that another one has', () => {
  expect(groundsOf([offering('any'), offering([small, large])])).toEqual([
    { drawn: small, own: [small, small] },
    { drawn: large, own: [large, large] },
  ]);
});

test('profiles that are equal but for their names are one, and each is asked under its own name', () => {
  const renamed = { ...large, name: 'theirs' };
  expect(groundsOf([offering([small, large]), offering([renamed])])).toEqual([
    { drawn: large, own: [large, renamed] },
  ]);
});

test('where none is equal those of one name do, drawn under the claims of each', () => {
  const newer = { ...small, ecap: small.ecap ^ 0x40n };
  expect(groundsOf([offering([small]), offering([newer])])).toEqual([
    { drawn: small, own: [small, newer] },
    { drawn: newer, own: [small, newer] },
  ]);
});

test('namesakes with other memory, other requesters or another SMMU can not be asked the same', () => {
  expect(groundsOf([offering([small]), offering([{ ...small, sourceIds: [8] }])])).toEqual([]);
  const elsewhere = [{ start: 0n, end: 0x1000n }];
  expect(groundsOf([offering([small]), offering([{ ...small, backed: elsewhere }])])).toEqual([]);
  expect(groundsOf([offering([small]), offering([{ ...small, smmu: { pri: false } }])])).toEqual([]);
  expect(groundsOf([offering([small]), offering([large])])).toEqual([]);
});
