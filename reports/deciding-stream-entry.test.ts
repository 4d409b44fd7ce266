import { expect, test } from 'vitest';
import { bugs } from '../models/faulty/bugs.ts';
import type { SmmuNestingCase } from '../spec/schema.ts';
import { decidingStreamEntry } from './deciding-stream-entry.ts';

const smallest = (id: string): SmmuNestingCase => {
  const bug = bugs.find((one) => one.id === id);
  if (bug?.smallest.area !== 'smmu-nesting') throw new RangeError(id);
  return bug.smallest;
};
const about = (rule: string, expected: string, observed: string) => ({
  ...{ rule: `smmu-nesting.${rule}`, expected, observed },
});

test('what a stream has to be is shown by its entry, and that it is not valid is said', () => {
  const testCase = smallest('smmu-enable-waits-for-commands');
  const found = decidingStreamEntry(
    testCase,
    about('event.enable', 'device 0: abort', 'still bypass (step 1: enable)'),
  );
  expect(found?.words).toHaveLength(8);
  expect(found?.where).toBe('of StreamID 0x0, as the guest has it in memory: not valid');
});

test('stores up to the wrong step are in the entry, later ones are not', () => {
  const testCase = smallest('smmu-enable-waits-for-commands');
  const base = testCase.streamTable.base & ~0x3fn;
  const stored = { ...testCase, memory: [], streamTable: { base, config: 0n } };
  const store = (word: bigint) => ({ step: 'store' as const, address: base, words: [word] });
  const steps = [store(0x9n), { step: 'enable' as const, on: true }, store(0xbn)];
  const finding = about('event.enable', 'device 0: bypass', 'still abort (step 1: enable)');
  expect(decidingStreamEntry({ ...stored, steps }, finding)?.words[0]).toBe(0x9n);
});

test('where the rule is about no stream, or names no device, there is none', () => {
  const testCase = smallest('smmu-enable-waits-for-commands');
  const [expected, observed] = ['device 0: abort', 'still bypass'];
  expect(decidingStreamEntry(testCase, about('table.leak', expected, observed))).toBeUndefined();
  expect(decidingStreamEntry(testCase, about('event.enable', 'abort', observed))).toBeUndefined();
});
