import { expect, test } from 'vitest';
import { namedProfiles } from '../spec/profiles.ts';
import type { EntrySyncCase, Finding, InvalidationCase } from '../spec/schema.ts';
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

test('of a torn entry, what is not yet new is marked', () => {
  const [old, next] = [
    [0xdn, 0n, 1n, 0x1000n],
    [0xdn, 0n, 2n, 0x3000n],
  ].map((words) => [...words, 0n, 0n, 0n, 0n]) as [bigint[], bigint[]];
  const testCase: EntrySyncCase = { area: 'entry-sync', profile, format: 'smmu-ste', from: old, to: next };
  const seen = old.with(2, 2n);
  const observed = `${seen.map((word) => `0x${word.toString(16)}`).join(' ')} when read`;
  const finding = { ...submitting([]), case: testCase, observed };
  expect(decidingStructure(finding, null)).toMatchObject({
    words: seen,
    masks: [0n, 0n, 0n, 0x2000n, 0n, 0n, 0n, 0n],
  });
});

test('a descriptor is shown with what stands behind its 128 bits in a wide slot', () => {
  expect(decidingStructure(submitting([3n, 0n, 0n, 0n]), null)?.where).toBe('as it was submitted');
  expect(decidingStructure(submitting([3n, 0n, 2n, 0n]), null)?.where).toBe(
    'as it was submitted, with 0x2 in word 2',
  );
});
