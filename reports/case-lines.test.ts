import { expect, test } from 'vitest';
import type { Case } from '../spec/schema.ts';
import { caseLines } from './case-lines.ts';
import { sampleProfile as profile } from './sample.fixture.ts';

const inShort = (testCase: Case) => caseLines(testCase, 20).slice(1);

test('words that are zero are left out, unless all are', () => {
  expect(inShort({ area: 'entry', profile, format: 'root-legacy', words: [0n, 1n] })).toEqual([
    'root-legacy',
    'word[1] 0x0000000000000001',
  ]);
  expect(inShort({ area: 'entry', profile, format: 'root-legacy', words: [0n, 0n] })).toEqual([
    'root-legacy',
    'word all zero',
  ]);
});

test('an update shows both entries, a made-up format its shape', () => {
  const layout = {
    quantumWords: 2 as const,
    quanta: 2,
    valid: { word: 0, bit: 0 },
    mode: { low: 1, width: 1 },
    modes: [[0n, 0n, 0n, 0n]],
    safe: [0n, 0n, 0n, 0n],
  };
  const words = { from: [1n, 0n, 0n, 0n], to: [3n, 0n, 0n, 0n] };
  expect(inShort({ area: 'entry-sync', profile, format: 'synthetic', layout, ...words })).toEqual([
    'synthetic, 2 quanta of 128 bits, V in word 0 bit 0',
    'from[0] 0x0000000000000001',
    'to[0] 0x0000000000000003',
  ]);
});

test('used bits show the target where there is one', () => {
  const entry = [1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n];
  expect(inShort({ area: 'used-bits', profile, format: 'smmu-ste', entry, target: entry })).toEqual([
    'smmu-ste',
    'entry[0] 0x0000000000000001',
    'target[0] 0x0000000000000001',
  ]);
});

test('a translation shows each request, where the walk starts, and the words in memory', () => {
  expect(
    inShort({
      area: 'translation',
      profile,
      rtaddr: 0x20_0400n,
      memory: [{ address: 0x20_0000n, words: [1n, 0n, 2n] }],
      requests: [{ sourceId: 0x0100 + (3 << 3) + 2, address: 0x1000n, op: 'write' }],
    }),
  ).toEqual([
    'write of 0x1000 from 01:03.2',
    'RTADDR 0x0000000000200400',
    '[0x0000000000200000] = 0x0000000000000001',
    '[0x0000000000200010] = 0x0000000000000002',
  ]);
});

test('the name of a profile, which may come from a stranger, gets no control character through', () => {
  const named = { ...profile, name: 'mine\u001b[2J' };
  const [line] = caseLines({ area: 'entry', profile: named, format: 'root-legacy', words: [0n, 1n] }, 20);
  expect(line).toMatch(/^profile mine\\u001b\[2J: HAW/);
});
