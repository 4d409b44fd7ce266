import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';
import { areaOf, resultOf } from '../../reports/result.fixture.ts';
import { resultSchema } from '../../spec/schema.ts';
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
  expect(runReport([result, file('b.json', benchmark), file('y.json', { bugs: [] })], { out })).toBe(0);
  expect(readdirSync(out).sort()).toEqual(['badge.svg', 'index.html', 'junit.xml', 'results.json']);
  const page = readFileSync(path.join(out, 'index.html'), 'utf8');
  for (const section of ['known-bugs', 'speed']) expect(page).toContain(`<section id="${section}"`);
});

test('under several seeds the runs of one implementation are summed where that is asked for', () => {
  const other = file('other.json', { ...resultOf([areaOf([])]), seed: 'y' });
  const cases = (out: string) => {
    const text = readFileSync(path.join(out, 'results.json'), 'utf8');
    return v.parse(resultSchema, JSON.parse(text)).areas[0]?.cases;
  };
  const [apart, sum] = [path.join(top, 'apart'), path.join(top, 'sum')];
  runReport([result, other], { out: apart });
  expect(readdirSync(apart).filter((name) => name.startsWith('results'))).toHaveLength(2);
  runReport([result, other], { out: sum, sum: true });
  expect(cases(sum)).toBe(200);
});

/** A folder with a page of somebody else. */
const taken = path.join(top, 'taken');
mkdirSync(taken);
writeFileSync(path.join(taken, 'index.html'), '<html>mine</html>');
mkdirSync(path.join(top, 'folders', 'index.html'), { recursive: true });

test.for<[string, readonly string[], string, RegExp]>([
  ['no result among the files', [file('b.json', benchmark)], 'x', /^report: none of the files is a result/],
  [
    'the same area of one run twice',
    [result, result],
    'x',
    /^report: area entry of mine with seed x is in two/,
  ],
  [
    'a file that is no result',
    [file('n.json', { version: 1 })],
    'x',
    /n\.json is malformed: implementation: missing$/,
  ],
  [
    'figures that are none',
    [result, file('f.json', { figures: 1 })],
    'x',
    /benchmark .*f\.json is malformed: /,
  ],
  ['bugs that are none', [result, file('g.json', { bugs: 1 })], 'x', /known bugs .*g\.json is malformed: /],
  ['a folder that is a file', [result], 'result.json', /^--out .*result\.json: it is no folder$/],
  ['a page that is a folder', [result], 'folders', /index\.html cannot be written: it is no file$/],
  ['a page of something else', [result], 'taken', /index\.html is a page of something else, and is not over/],
])('%s is refused, and nothing is written', ([, files, out, message]) => {
  expect(() => runReport(files, { out: path.join(top, out) })).toThrow(CommandError);
  expect(() => runReport(files, { out: path.join(top, out) })).toThrow(message);
  expect(existsSync(path.join(top, 'x'))).toBe(false);
  expect(readdirSync(taken)).toEqual(['index.html']);
});

test('a report of an earlier run is replaced, and an empty file', () => {
  const empty = path.join(top, 'empty');
  mkdirSync(empty);
  writeFileSync(path.join(empty, 'index.html'), '');
  expect(runReport([result], { out: empty })).toBe(0);
  const out = path.join(top, 'again');
  runReport([result], { out });
  expect(runReport([result], { out })).toBe(0);
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
