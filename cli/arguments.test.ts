import { expect, test } from 'vitest';
import { plain } from '../reports/palette.ts';
import { areas } from '../spec/schema.ts';
import { CommandError } from './exit.ts';
import { actions, areaList, count, duration, seed, shard } from './options.ts';
import { explain } from './run/explain.ts';
import { plan } from './run/plan.ts';
import { replayCommand } from './run/replay-command.ts';
import { parseWords } from './words.ts';

/** The sentence that `action` is refused with; the status is always 2. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof CommandError && error.status === 2) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}

test('words are hex with a prefix, 16 digits without one, or 0', () => {
  expect(parseWords(['0x1F', '00000000deadbeef', '0'], 3, 'f', 'word')).toEqual([0x1fn, 0xdeadbeefn, 0n]);
});

test.for([
  [['12'], /^word 0 "12": expected a 64-bit word such as 0x1f/],
  [['0x0', '0x10000000000000000'], /^word 1 "0x10000000000000000": expected a 64-bit word/],
  [['0xg'], /"0xg"/],
  [['-1'], /"-1"/],
  [['0x0', '0x0'], /^word: root has 1 word of 64 bits, not 2$/],
] as const)('the words %j are refused with place and value', ([texts, message]) => {
  expect(refusal(() => parseWords(texts, 1, 'root', 'word'))).toMatch(message);
});

test('times have a unit', () => {
  expect(['500ms', '60s', '5m', '1h'].map(duration)).toEqual([500, 60_000, 300_000, 3_600_000]);
  for (const text of ['60', '0s', '-1s', '1d', 's', '99999999999999999h']) {
    expect(refusal(() => duration(text))).toBe(
      `--time ${text}: expected a time such as 500ms, 60s, 5m or 1h`,
    );
  }
});

test('counts are whole numbers of at least one', () => {
  expect(count('--runs')('20000')).toBe(20_000);
  for (const text of ['0', '-1', '1.5', '1e3', 'many', '']) {
    expect(refusal(() => count('--runs')(text))).toMatch(/^--runs .*expected a whole number of at least 1$/);
  }
});

test('actions between two others are a whole number from 0 to 8', () => {
  expect(['0', '8'].map(actions)).toEqual([0, 8]);
  for (const text of ['9', '-1', '1.5', 'all', '']) {
    expect(refusal(() => actions(text))).toBe(`--exhaustive ${text}: expected a whole number from 0 to 8`);
  }
});

test('areas come in the order of the schema, and an unknown one is named', () => {
  expect(areaList('translation, entry')).toEqual(['entry', 'translation']);
  expect(refusal(() => areaList('entry,walk'))).toBe(`unknown area "walk": expected ${areas.join(', ')}`);
});

test('shards count from one', () => {
  expect(shard('2/3')).toEqual({ index: 2, count: 3 });
  for (const text of ['0/3', '4/3', '1', 'a/b', '1/0'])
    expect(refusal(() => shard(text))).toMatch(/^--shard /);
});

test('a seed is any string but the empty one', () => {
  expect(seed('2026')).toBe('2026');
  expect(refusal(() => seed(' '))).toBe('--seed: an empty seed');
});

test('explain and plan refuse an unknown format, profile or size', () => {
  expect(refusal(() => explain('pasid', ['0'], 'everything', plain))).toMatch(
    /^unknown format "pasid": expected root-legacy, .*second-stage-pt.*amd-dte, .*iotlb-descriptor/,
  );
  expect(refusal(() => explain('root-legacy', ['0', '0'], 'nothing', plain))).toMatch(
    /^unknown profile "nothing": expected legacy-39, /,
  );
  expect(refusal(() => explain('second-stage-pt', ['0', '0'], 'everything', plain))).toBe(
    'word: second-stage-pt has 1 word of 64 bits, not 2',
  );
  expect(refusal(() => plan('synthetic', [], [], 'everything', plain))).toMatch(
    /^unknown format "synthetic"/,
  );
  expect(refusal(() => plan('amd-dte', ['0', '0', '0', '0'], ['0'], 'everything', plain))).toBe(
    '--to: amd-dte has 4 words of 64 bits, not 1',
  );
});

test('every format is explained', () => {
  expect(explain('smmu-cd', Array(8).fill('0'), 'everything', plain)[0]).toMatch(/^Context descriptor/);
  expect(explain('amd-dte', Array(4).fill('0'), 'everything', plain)[0]).toMatch(/^Device table entry/);
  expect(explain('second-stage-pml5', ['0x3'], 'everything', plain)[0]).toMatch(/PML5/);
});

test('a unit that is not coherent needs the entry flushed', () => {
  const to = ['0x5', ...Array(7).fill('0')];
  const from = Array(8).fill('0');
  const text = (profile: string) => plan('vtd-pasid', from, to, profile, plain).join('\n');
  expect(text('legacy-small')).toMatch(/sync flush-entry, invalidate-pasid-cache/);
  expect(text('everything')).not.toMatch(/flush-entry/);
});

test('the command that shows a finding again is quoted for a shell', () => {
  expect(replayCommand('findings/a.json', 'optimized', [])).toBe(
    'npm run conformance -- replay findings/a.json',
  );
  expect(replayCommand("my dir/it's.json", 'qemu:/opt/qemu', ['aw-bits=48'])).toBe(
    "npm run conformance -- replay 'my dir/it'\\''s.json' --impl qemu:/opt/qemu --qemu-arg aw-bits=48",
  );
});
