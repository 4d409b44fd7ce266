/** Draws cases of area `invalidation`. */
import * as fc from 'fast-check';
import type { InvalidationCase, Profile } from '../spec/schema.ts';

export function anyInvalidationCase(profiles: readonly Profile[]): fc.Arbitrary<InvalidationCase> {
  return fc.constant({
    area: 'invalidation',
    profile: profiles[0] as Profile,
    rtaddr: 0n,
    translationEnabled: true,
    memory: [],
    steps: [],
  });
}
