import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { areaOf, resultOf } from '../../reports/result.fixture.ts';
import { CommandError } from '../exit.ts';
import { runReport } from './merge-reports.ts';

const top = mkdtempSync(path.join(tmpdir(), 'report-'));
afterAll(() => rmSync(top, { recursive: true }));

function file(name: string, content: unknown): string {
  const full = path.join(top, name);
  writeFileSync(full, JSON.stringify(content));
  return full;
}

const result = file('result.json', resultOf([areaOf([])]));
const benchmark = { machine: { cpu: 'x', cores: 2, node: 'v24' }, figures: [] };

test('results with one benchmark become a page, JUnit, a badge and the merged result', () => {
  const out = path.join(top, 'page');
  expect(runReport([result, file('b.json', benchmark)], { out })).toBe(0);
  expect(readdirSync(out).sort()).toEqual(['badge.svg', 'index.html', 'junit.xml', 'results.json']);
});

test.for([
  ['benchmarks', benchmark],
  ['figures of known bugs', { bugs: [] }],
] as const)('two %s are refused, and nothing is written', ([what, content]) => {
  const out = path.join(top, 'none');
  const files = [file('1.json', content), result, file('2.json', content)];
  const refused = () => runReport(files, { out });
  expect(refused).toThrow(CommandError);
  expect(refused).toThrow(
    new RegExp(`^report: .*1\\.json and .*2\\.json are both ${what}: a page shows one$`),
  );
  expect(existsSync(out)).toBe(false);
});
