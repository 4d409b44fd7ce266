import * as v from 'valibot';
import { expect, test } from 'vitest';
import { resultSchema } from '../spec/schema.ts';
import { hex, requester, shortHex } from './hex.ts';
import { paletteFor, plain } from './palette.ts';
import { resultJson } from './result-json.ts';
import { ruleLines } from './rule-lines.ts';
import { sampleFinding, sampleProfile } from './sample.fixture.ts';
import { wrap } from './wrap.ts';

test('a 64-bit value has 16 digits in columns and as few as it needs in a sentence', () => {
  expect(hex(0x1fn)).toBe('0x000000000000001f');
  expect(shortHex(0x1fn)).toBe('0x1f');
});

test('a requester is bus, device and function', () => {
  expect(requester(0xffff)).toBe('ff:1f.7');
});

test('text is wrapped between words and cut at the limit', () => {
  expect(wrap('one two three four', 9, 9)).toEqual(['one two', 'three', 'four']);
  expect(wrap('one two three four', 9, 2)).toEqual(['one two', 'three …']);
  expect(wrap('', 9, 2)).toEqual(['']);
});

test('colours are for terminals, unless NO_COLOR is set', () => {
  const red = '\u001b[31mx\u001b[39m';
  expect(paletteFor({ isTTY: true }, {}).red('x')).toBe(red);
  expect(paletteFor({ isTTY: true }, { NO_COLOR: '' }).red('x')).toBe(red);
  expect(paletteFor({ isTTY: true }, { NO_COLOR: '1' }).red('x')).toBe('x');
  expect(paletteFor({}, {}).red('x')).toBe('x');
});

test('a rule is listed with level, areas and clause, and its note where it has one', () => {
  const rule = { id: 'A.1', areas: ['entry'], level: 'must', statement: 'It is so.', clause: '9.1' } as const;
  expect(ruleLines([rule, { ...rule, note: 'Doubt D1.' }], plain)).toEqual([
    'A.1  must; entry; 9.1',
    '    It is so.',
    'A.1  must; entry; 9.1',
    '    It is so.',
    '    Note: Doubt D1.',
  ]);
});

test('a result in JSON reads back by its schema; an area without a result is left out', () => {
  const area = {
    area: 'entry' as const,
    claimed: true,
    cases: 1,
    durationMs: 2,
    rules: [{ id: 'SPT.3', exercised: 1, status: 'fail' as const }],
    findings: [sampleFinding],
  };
  const implementation = { name: 'mine', version: '1.0', profile: [sampleProfile] };
  const json = resultJson({
    implementation,
    seed: 's',
    areas: [{ area: 'entry', result: area }, { area: 'binding' }],
  });
  expect(v.parse(resultSchema, JSON.parse(json))).toEqual({
    version: 1,
    implementation,
    seed: 's',
    areas: [area],
  });
});
