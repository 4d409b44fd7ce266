import { expect, test } from 'vitest';
import { caseProblem } from './case-form.ts';
import { namedProfiles } from './profiles.ts';
import type { Case, Profile } from './schema.ts';

const profile = namedProfiles[0] as Profile;

test.for<[string, Case, string | undefined]>([
  ['a whole entry', { area: 'entry', profile, format: 'root-legacy', words: [0n, 0n] }, undefined],
  [
    'an entry with a word too few',
    { area: 'entry', profile, format: 'context-scalable', words: [0n] },
    'words: context-scalable has 4 words of 64 bits, not 1',
  ],
  [
    'an update to an entry of another size',
    { area: 'entry-sync', profile, format: 'amd-dte', from: [0n, 0n, 0n, 0n], to: [0n, 0n] },
    'to: amd-dte has 4 words of 64 bits, not 2',
  ],
  [
    'a made-up format without its layout',
    { area: 'entry-sync', profile, format: 'synthetic', from: [0n, 0n], to: [0n, 0n] },
    'layout: missing, format synthetic needs one',
  ],
  [
    'memory that starts within a word',
    {
      area: 'translation',
      profile,
      rtaddr: 0n,
      memory: [{ address: 4n, words: [1n] }],
      requests: [{ sourceId: 0, address: 0n, op: 'read' }],
    },
    'memory.0.address: expected a multiple of 8',
  ],
  [
    'a profile that breaks the lattice',
    { area: 'entry', profile: { ...profile, ecap: 4n }, format: 'root-legacy', words: [0n, 0n] },
    'profile legacy-39: DT must be 0 when QI is 0',
  ],
])('%s', ([, testCase, problem]) => {
  expect(caseProblem(testCase)).toBe(problem);
});
