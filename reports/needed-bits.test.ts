import { expect, test } from 'vitest';
import type { Finding } from '../spec/schema.ts';
import { caseDrawing } from './case-drawing.ts';
import { caseLines } from './case-lines.ts';
import { findingLines } from './finding-lines.ts';
import { withNeededBits } from './needed-bits.ts';
import { plain } from './palette.ts';
import { sampleFinding, sampleProfile } from './sample.fixture.ts';

const bits: Finding['bits'] = [
  { place: 'word[0]', value: 0x85n, matters: 0x1ddn },
  { place: 'word[3]', value: 1n, matters: 0n },
];

test('each word of a case names the fields that the failure needs, bit by bit', () => {
  const lines = findingLines({ ...sampleFinding, bits }, undefined, {}, plain).join('\n');
  expect(lines).toContain('word[0] 0x0000000000000085  needs PGTT=010 AW=001 P=1\n');
  expect(lines).toContain('word[3] 0x0000000000000001  needs nothing that is set\n');
});

test('a drawing shows each field as 0, 1 or any', async () => {
  const drawing = (
    await caseDrawing(sampleFinding.case, null, plain, [
      { place: 'word[0]', value: 0x85n, matters: 0xd1n | (0xfn << 60n) },
    ])
  ).join('\n');
  expect(drawing).toMatch(/8:6 {2}010 +needs ·10 +PGTT/);
  expect(drawing).toMatch(/4:2 {2}001 +needs 0·· +AW/);
  expect(drawing).toMatch(/ 1 {2}0 +any +FPD/);
  expect(drawing).toMatch(/63:46 {2}0x0 +needs 63:60=0000 +SSPTPTR/);
  // Of words that were not tried nothing is said.
  expect(drawing).toMatch(/15:0 {2}0x0 {20,}DID/);
});

test('of a wide field it is said that its value is needed, of other words which bits are', () => {
  const testCase: Finding['case'] = {
    ...{ area: 'translation', profile: sampleProfile, rtaddr: 0x1400n },
    memory: [
      { address: 0x1000n, words: [0x2001n] },
      { address: 0x9000n, words: [0xff00n] },
    ],
    requests: [{ sourceId: 0, address: 0n, op: 'read' }],
  };
  const lines = withNeededBits(caseLines(testCase, 9), testCase, [
    { place: 'RTADDR', value: 0x1400n, matters: 0x1c00n },
    { place: '[0x0000000000001000]', value: 0x2001n, matters: 0xffff_ffff_ffff_ffffn },
    { place: '[0x0000000000009000]', value: 0xff00n, matters: 0xff00n },
  ]);
  expect(lines.slice(2)).toEqual([
    'RTADDR 0x0000000000001400  needs 12=1 10=1, 1 bit 0',
    '[0x0000000000001000] = 0x0000000000002001  needs LCTP LP=1',
    '[0x0000000000009000] = 0x000000000000ff00  needs 8 bits 1',
  ]);
});
