import { expect, test } from 'vitest';
import { namedProfiles } from '../spec/profiles.ts';
import type { Finding, InvalidationCase } from '../spec/schema.ts';
import { decidingStructure } from './deciding-structure.ts';

const [profile] = namedProfiles;
if (profile === undefined) throw new RangeError('no profile');

const submitting = (descriptor: bigint[]): Finding => {
  const testCase: InvalidationCase = {
    area: 'invalidation',
    profile,
    rtaddr: 0n,
    translationEnabled: false,
    iqa: 0x800n,
    memory: [],
    steps: [{ step: 'submit', descriptors: [descriptor] }],
  };
  return {
    id: 'x',
    rule: 'invalidation.queue.wide-slots',
    aspect: 'code',
    case: testCase,
    expected: '',
    observed: '',
  } as unknown as Finding;
};

test('a descriptor is shown with what stands behind its 128 bits in a wide slot', () => {
  expect(decidingStructure(submitting([3n, 0n, 0n, 0n]), null)?.where).toBe('as it was submitted');
  expect(decidingStructure(submitting([3n, 0n, 2n, 0n]), null)?.where).toBe(
    'as it was submitted, with 0x2 in word 2',
  );
});
