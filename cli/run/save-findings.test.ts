import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';
import { sampleFinding } from '../../reports/sample.fixture.ts';
import { findingSchema } from '../../spec/schema.ts';
import { CommandError } from '../exit.ts';
import { saveFinding, saveScript } from './save-findings.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'save-findings-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a finding is saved under its implementation and id, and reads back', () => {
  const file = saveFinding(sampleFinding, folder);
  expect(path.relative(folder, file)).toBe('mine/SPT.3-outcome-797c5c0c.json');
  expect(v.parse(findingSchema, JSON.parse(readFileSync(file, 'utf8')))).toEqual(sampleFinding);
});

test('the same finding of a later run leaves the file as it is', () => {
  const first = saveFinding(sampleFinding, folder);
  const text = readFileSync(first, 'utf8');
  expect(saveFinding({ ...sampleFinding, seed: 'another' }, folder)).toBe(first);
  expect(readFileSync(first, 'utf8')).toBe(text);
});

test('what is different or no finding at all is never overwritten', () => {
  const first = saveFinding(sampleFinding, folder);
  writeFileSync(first, 'notes of a person');
  const second = saveFinding(sampleFinding, folder);
  expect(path.basename(second)).toBe('SPT.3-outcome-797c5c0c-2.json');
  expect(readFileSync(first, 'utf8')).toBe('notes of a person');
  const third = saveFinding({ ...sampleFinding, observed: 'something else' }, folder);
  expect(path.basename(third)).toBe('SPT.3-outcome-797c5c0c-3.json');
});

test.for(['..', '.', '../../x', '/etc', '.hidden', 'a\\..\\b', 'x'.repeat(4000), '\u001b[2J'])(
  'no name of an implementation or a finding leads out of the folder: %j',
  (name) => {
    const inner = path.join(folder, 'inner');
    const file = saveFinding({ ...sampleFinding, id: name, implementation: name }, inner);
    const parts = path.relative(inner, file).split(path.sep);
    expect(parts).toHaveLength(2);
    expect(parts.join(' ')).toMatch(/^[\w-][\w.-]* [\w-][\w.-]*\.json$/);
  },
);

test('a link in the place of a folder is not followed', () => {
  const linked = path.join(folder, 'linked');
  mkdirSync(linked);
  symlinkSync(tmpdir(), path.join(linked, 'mine'));
  expect(() => saveFinding(sampleFinding, linked)).toThrow(/linked\/mine: it is no folder$/);
});

test('a folder that cannot be made is wrong use', () => {
  const blocked = path.join(folder, 'file');
  writeFileSync(blocked, '');
  expect(() => saveFinding(sampleFinding, blocked)).toThrow(CommandError);
});

test('a script stands beside its finding, where there is one, and nothing is overwritten', () => {
  const file = saveFinding(sampleFinding, folder);
  expect(saveScript(sampleFinding, file, undefined)).toBeUndefined();
  expect(saveScript(sampleFinding, file, () => undefined)).toBeUndefined();
  const script = saveScript(sampleFinding, file, () => 'print()');
  expect(script).toBe(file.replace(/json$/, 'py'));
  expect(saveScript(sampleFinding, file, () => 'print()')).toBe(script);
  expect(saveScript(sampleFinding, file, () => 'another')).toBeUndefined();
  expect(readFileSync(script ?? '', 'utf8')).toBe('print()');
});
