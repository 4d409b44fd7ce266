import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { plain } from '../../reports/palette.ts';
import { sampleFinding } from '../../reports/sample.fixture.ts';
import type { AreaResult, ExpectationFile, ExpectedFailure, Finding } from '../../spec/schema.ts';
import { readExpectations } from './expectations.ts';
import { updatedExpectations, updateExpectations } from './update-expectations.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'update-expectations-'));
afterEach(() => {
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
});

const entry = (rule: string, changes: Partial<ExpectedFailure> = {}): ExpectedFailure => ({
  area: 'entry',
  rule,
  aspect: 'outcome',
  reason: `Known since long: ${rule}.`,
  ...changes,
});
const file = (...expectedFailures: ExpectedFailure[]): ExpectationFile => ({
  version: 1,
  implementation: 'mine',
  expectedFailures,
});
/** Every rule that is named was exercised 7 times. */
function result(findings: readonly Finding[], ...rules: readonly string[]): AreaResult {
  return {
    area: 'entry',
    claimed: true,
    cases: 10,
    durationMs: 1,
    rules: rules.map((id) => ({ id, exercised: 7, status: 'pass' })),
    findings: [...findings],
  };
}
const happened = { ...sampleFinding, rule: 'SPT.2', expectedFailure: 'Known since long: SPT.2.' };
const rules = (expectations: ExpectationFile) => expectations.expectedFailures.map(({ rule }) => rule);

test('what happened, was not exercised or is seldom stays as it is', () => {
  const old = file(entry('SPT.1', { seldom: true, link: 'x:1' }), entry('SPT.2'), entry('SPT.4'));
  const { file: updated, added, removed } = updatedExpectations(old, [result([happened], 'SPT.1', 'SPT.2')]);
  expect(updated).toEqual(old);
  expect([added, removed]).toEqual([[], []]);
});

test('what passed although it was exercised is left out', () => {
  const old = file(entry('SPT.1'), entry('SPT.2'));
  const { file: updated, removed } = updatedExpectations(old, [result([happened], 'SPT.1', 'SPT.2')]);
  expect(rules(updated)).toEqual(['SPT.2']);
  expect(removed).toEqual([{ entry: old.expectedFailures[0], exercised: 7 }]);
});

test('an area that was given up or not checked takes nothing away', () => {
  const old = file(entry('SPT.1'), entry('LSS.2', { area: 'translation' }));
  const givenUp = { ...result([], 'SPT.1'), givenUp: '16 of 16 cases ended the implementation' };
  expect(updatedExpectations(old, [givenUp]).file).toEqual(old);
});

test('what is new is sorted in, to be judged, and a may rule is nothing new', () => {
  const old = file(entry('SPT.2'), entry('SPT.4'), entry('LSS.2', { area: 'translation' }));
  const remark: Finding = { ...sampleFinding, rule: 'entry.same-answer', level: 'may' };
  const last = { ...sampleFinding, rule: 'SRT.1', id: 'SRT.1/outcome/1' };
  const { file: updated, added } = updatedExpectations(old, [
    result([happened, sampleFinding, remark, last]),
  ]);
  expect(rules(updated)).toEqual(['SPT.2', 'SPT.3', 'SPT.4', 'SRT.1', 'LSS.2']);
  expect(added[0]?.reason).toBe(
    'TO BE JUDGED: expected fault 0x5a (SPT.3), observed valid (finding SPT.3/outcome/797c5c0c)',
  );
});

test('the new file stands beside the old one, and none is ever written over', () => {
  const old = path.join(folder, 'known.json');
  const text = JSON.stringify(file(entry('SPT.2')));
  writeFileSync(old, text);
  const write = () => updateExpectations(readExpectations(old), old, [result([sampleFinding])], plain);
  expect(write()).toEqual([
    `expectations: ${folder}/known.new.json written, 1 to be judged, 0 that passed left out`,
    '  + entry: SPT.3/outcome',
  ]);
  expect(write()[0]).toContain('/known.new-2.json written');
  expect(readdirSync(folder).sort()).toEqual(['known.json', 'known.new-2.json', 'known.new.json']);
  expect(readFileSync(old, 'utf8')).toBe(text);
});

test('a new file is refused until every entry of it is judged', () => {
  const old = path.join(folder, 'known.json');
  updateExpectations(file(), old, [result([sampleFinding])], plain);
  const fresh = path.join(folder, 'known.new.json');
  expect(() => readExpectations(fresh)).toThrow(/nobody has judged SPT\.3\/outcome of area entry/);
  const text = readFileSync(fresh, 'utf8');
  writeFileSync(fresh, text.replace(/TO BE JUDGED[^"]*/, 'It looks at the low word only.'));
  const judged = readExpectations(fresh);
  expect(judged.expectedFailures).toEqual([entry('SPT.3', { reason: 'It looks at the low word only.' })]);
  const next = updateExpectations(judged, fresh, [result([], 'SPT.3')], plain);
  expect(next).toEqual([
    `expectations: ${folder}/known.new-2.json written, 0 to be judged, 1 that passed left out`,
    '  - entry: SPT.3/outcome',
  ]);
});

test('nothing is written when nothing changed', () => {
  const old = path.join(folder, 'known.json');
  expect(updateExpectations(file(), old, [result([])], plain)).toEqual([
    `expectations: nothing to change in ${old}`,
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that cannot be written is one sentence', () => {
  const nowhere = path.join(folder, 'no', 'known.json');
  expect(() => updateExpectations(file(), nowhere, [result([sampleFinding])], plain)).toThrow(
    expect.objectContaining({
      status: 2,
      message: expect.stringMatching(/known\.new\.json cannot be written: /),
    }),
  );
});
