import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { sampleFinding } from '../../reports/sample.fixture.ts';
import { toJson } from '../../spec/json.ts';
import type { Finding } from '../../spec/schema.ts';
import { checkFailed } from './failed.ts';
import { readFailed } from './read-failed.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'failed-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(name: string, text: string): string {
  const full = path.join(folder, `${files++}${name}`);
  writeFileSync(full, text);
  return full;
}
const areaResult = (findings: readonly Finding[]) => ({
  area: 'entry',
  claimed: true,
  cases: 10,
  durationMs: 1,
  rules: [],
  findings,
});
const result = (...findings: readonly Finding[]) =>
  file(
    '.json',
    toJson(
      {
        version: 1,
        implementation: { name: 'mine', profile: 'any' },
        seed: 's',
        areas: [areaResult(findings)],
      },
      2,
    ),
  );
const start = toJson({
  event: 'start',
  version: 1,
  implementation: { name: 'mine', profile: 'any' },
  seed: 's',
  areas: ['entry'],
});
const told = (finding: Finding) => toJson({ event: 'finding', finding });
const optimized = fileURLToPath(new URL('../../models/optimized/implementation.ts', import.meta.url));
/** The optimized model with something changed. */
const changed = (changes: string) =>
  file('.mjs', `import { optimized } from '${optimized}'; export const i = { ...optimized, ${changes} };`);
const ids = (findings: readonly Finding[]) => findings.map(({ id }) => id);
const remark: Finding = { ...sampleFinding, id: 'r', rule: 'entry.same-answer', level: 'may' };
const expected: Finding = { ...sampleFinding, id: 'e', expectedFailure: 'Known since long.' };

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  return () => log.mockRestore();
});

test('what failed is read out of a result: no remarks, and nothing that was expected', () => {
  expect(ids(readFailed(result(sampleFinding, remark, expected)))).toEqual([sampleFinding.id]);
});

test('what failed is read out of a log, once, also of a run that was killed in the middle of a line', () => {
  const area = toJson({ event: 'area', area: 'entry', result: areaResult([sampleFinding]) });
  const whole = [start, told(sampleFinding), area, ''].join('\n');
  expect(ids(readFailed(file('.jsonl', whole)))).toEqual([sampleFinding.id]);
  const cut = [start, told(sampleFinding), told(expected).slice(0, 300)].join('\n');
  expect(ids(readFailed(file('.jsonl', cut)))).toEqual([sampleFinding.id]);
  expect(readFailed(file('.jsonl', `${start}\n`))).toEqual([]);
});

test.for<[string, string, RegExp]>([
  ['is not JSON', 'no', /^result .* is not JSON/],
  ['is a finding', toJson(sampleFinding), /^result .* is malformed: /],
  ['has a bad line', `${start}\n{"event":"end"}\n`, /^log .*: line 2 is malformed: status: missing$/],
  ['is cut off at once', start.slice(0, 40), /^log .* holds no whole line$/],
  [
    'names an unknown rule',
    `${start}\n${told({ ...sampleFinding, rule: 'X.1' })}\n`,
    /^result .* is malformed: finding SPT\.3\/outcome\/797c5c0c: rule: unknown rule "X\.1"$/,
  ],
])('a file that %s is refused in one sentence', ([, text, message]) => {
  expect(() => readFailed(file('.x', text))).toThrow(
    expect.objectContaining({ status: 2, message: expect.stringMatching(message) }),
  );
});

test('a file that is too large is refused without being read to its end', () => {
  expect(() => readFailed('/dev/zero')).toThrow(/^result \/dev\/zero is larger than 64 MiB$/);
});

test('0 when all is fixed, and nothing is drawn', async () => {
  expect(await checkFailed(result(sampleFinding), 'optimized', [])).toBe(0);
  expect(printed).toEqual([
    'fixed        entry: SPT.3/outcome/797c5c0c',
    'optimized: 1 of 1 fixed, 0 still fail, 0 not asked',
  ]);
});

test('1 while one fails, with what it shows', async () => {
  const fixed: Finding = {
    ...sampleFinding,
    id: 'SPT.3/outcome/0',
    case: { ...sampleFinding.case, words: Array<bigint>(8).fill(0n) } as Finding['case'],
  };
  const blind = changed('run: (c) => (c.words[3] === 0n ? optimized.run(c) : { fault: null })');
  expect(await checkFailed(result(fixed, sampleFinding), blind, [])).toBe(1);
  expect(printed.map((line) => line.trim())).toEqual([
    'fixed        entry: SPT.3/outcome/0',
    'still fails  entry: SPT.3/outcome/797c5c0c',
    'expected fault 0x5a (SPT.3), observed valid',
    'optimized: 1 of 2 fixed, 1 still fail, 0 not asked',
  ]);
});

test('3 when the implementation dies of one', async () => {
  expect(await checkFailed(result(sampleFinding), changed('run() { null.x }'), [])).toBe(3);
  expect(printed[0]).toBe('still fails  entry: SPT.3/outcome/797c5c0c now breaks entry.answers/outcome');
});

test('what could not be asked is not fixed', async () => {
  expect(await checkFailed(result(sampleFinding), changed("areas: ['translation']"), [])).toBe(1);
  expect(printed[0]).toMatch(/^not asked .*: area entry is not claimed$/);
});

test('a may rule never fails, also when its finding is all that the file holds', async () => {
  expect(await checkFailed(result(remark), 'optimized', [])).toBe(0);
  expect(printed).toEqual([expect.stringMatching(/^optimized: nothing failed in /)]);
});
