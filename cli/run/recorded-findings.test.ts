/** The folder of findings as strangers may fill it: nothing of it stops a run. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { sampleFinding } from '../../reports/sample.fixture.ts';
import { toJson } from '../../spec/json.ts';
import type { Finding } from '../../spec/schema.ts';
import { recordedFindings } from './recorded-findings.ts';
import { saveFinding } from './save-findings.ts';

const top = mkdtempSync(path.join(tmpdir(), 'recorded-findings-'));
afterAll(() => rmSync(top, { recursive: true }));
let folder = '';
let folders = 0;
beforeEach(() => {
  folder = path.join(top, `${folders++}`);
  mkdirSync(path.join(folder, 'mine'), { recursive: true });
});

const read = (name = 'mine') => recordedFindings(folder, ['entry'], name);
const put = (name: string, text: string) => writeFileSync(path.join(folder, 'mine', name), text);
const save = (changes: Partial<Finding>) => saveFinding({ ...sampleFinding, ...changes }, folder);

test('what was saved is read, of every implementation', () => {
  const files = [save({ implementation: 'a-1.0' }), save({ implementation: 'b' })];
  const { recorded, warnings } = read();
  expect(recorded.map(({ file }) => file)).toEqual(files);
  expect(recorded[0]).toMatchObject({ id: sampleFinding.id, rule: 'SPT.3', case: sampleFinding.case });
  expect(warnings).toEqual([]);
});

test('another version of an implementation is the same implementation', () => {
  for (const implementation of ['qemu-7.2.22', 'qemu', 'qemux', 'mine']) save({ implementation });
  expect(read('qemu-10.0.2').recorded.map(({ isOwn }) => isOwn)).toEqual([false, true, true, false]);
});

test('a folder that is not there or empty holds nothing', () => {
  expect(read()).toEqual({ recorded: [], warnings: [] });
  expect(recordedFindings(path.join(folder, 'nowhere'), ['entry'], 'x')).toEqual({
    recorded: [],
    warnings: [],
  });
});

test('areas that are not checked and may rules are left out without a word', () => {
  save({ area: 'entry', id: 'r', rule: 'entry.same-answer', level: 'may' });
  save({});
  expect(recordedFindings(folder, ['translation'], 'mine')).toEqual({ recorded: [], warnings: [] });
  expect(read().recorded.map(({ rule }) => rule)).toEqual(['SPT.3']);
});

test.for<[string, string, RegExp]>([
  ['no JSON', 'notes', /mine\/x\.json is not JSON/],
  ['another kind of file', '{"name":"package"}', /mine\/x\.json is malformed: version: missing$/],
  ['an unknown rule', toJson({ ...sampleFinding, rule: 'A.1' }), /rule: unknown rule "A\.1"$/],
  [
    'a case of the wrong size',
    toJson({ ...sampleFinding, case: { ...sampleFinding.case, words: ['0x1'] } }),
    /case: words: pasid-table has 8 words/,
  ],
  [
    'something nested without end',
    toJson({ ...sampleFinding, observation: 0 }).replace(
      '"observation":0',
      `"observation":${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    ),
    /nested more than 64 deep$/,
  ],
])('%s is a warning, and the rest is tried', ([, text, message]) => {
  put('x.json', text);
  save({});
  const { recorded, warnings } = read();
  expect(recorded).toHaveLength(1);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^not tried: finding /);
  expect(warnings[0]).toMatch(message);
});

test('many files that are no findings are a few lines', () => {
  for (let index = 0; index < 20; index++) put(`${index}.json`, '{}');
  const { warnings } = read();
  expect(warnings).toHaveLength(6);
  expect(warnings[5]).toMatch(/^not tried: 15 more files in .* that are no findings$/);
});

test('there is a limit on how many are read, and it is said', () => {
  const text = toJson(sampleFinding);
  for (let index = 0; index < 1003; index++) put(`${index}.json`, text);
  const { recorded, warnings } = read();
  expect(recorded).toHaveLength(1000);
  expect(warnings).toEqual([`not tried: 3 more files in ${folder}: at most 1000 are, of 64 MiB in all`]);
});

test('there is a limit on their size, and what is larger is not even read', () => {
  put('a.json', '');
  truncateSync(path.join(folder, 'mine', 'a.json'), 2 ** 40);
  expect(read().warnings).toEqual([
    `not tried: 1 more files in ${folder}: at most 1000 are, of 64 MiB in all`,
  ]);
});

test('links and pipes are left alone', () => {
  const outside = path.join(top, 'outside.json');
  writeFileSync(outside, toJson(sampleFinding));
  symlinkSync(outside, path.join(folder, 'mine', 'link.json'));
  symlinkSync(top, path.join(folder, 'linked'));
  execFileSync('mkfifo', [path.join(folder, 'mine', 'pipe.json')]);
  expect(read()).toEqual({ recorded: [], warnings: [] });
});

test('what a terminal would obey is shown', () => {
  put('x.json', toJson({ ...sampleFinding, id: 'a\u001b[2J' }));
  put('\u001b[2J.json', 'no');
  const { recorded, warnings } = read();
  expect(recorded[0]?.id).toBe('a\\u001b[2J');
  expect(warnings[0]).toContain('\\u001b[2J.json is not JSON');
});
