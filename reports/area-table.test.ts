import { expect, test } from 'vitest';
import type { AreaResult } from '../spec/schema.ts';
import { areaTable } from './area-table.ts';
import { notExercisedLines } from './not-exercised.ts';
import { plain } from './palette.ts';
import { sampleFinding } from './sample.fixture.ts';

const result: AreaResult = {
  area: 'entry',
  claimed: true,
  cases: 3000,
  durationMs: 100,
  spentMs: { draw: 20, implementation: 10.4, judge: 61 },
  rules: [
    { id: 'SPT.2', exercised: 10, status: 'pass' },
    { id: 'SPT.3', exercised: 5, status: 'fail' },
    { id: 'SPT.4.1', exercised: 0, status: 'not-exercised' },
  ],
  findings: [
    sampleFinding,
    { ...sampleFinding, expectedFailure: 'known for a long time' },
    { ...sampleFinding, level: 'may' },
  ],
};
const row = { implementation: 'mine', area: 'entry', result };
const cells = (line: string | undefined) => line?.split('│').map((cell) => cell.trim());

test('a line has cases, speed, rules exercised of those known, findings new and expected, and the verdict', () => {
  const [, head, , body] = areaTable([row], plain).split('\n');
  expect(cells(head)).toEqual([
    '',
    'area',
    'cases',
    'cases/s',
    'draw/run/judge %',
    'rules',
    'findings',
    'expected',
    'verdict',
    '',
  ]);
  expect(cells(body)).toEqual(['', 'entry', '3000', '30000', '20/10/61', '2/3', '1', '1', 'fails', '']);
});

test.for([
  ['pass', 'conforms'],
  ['expected-failure', 'fails as expected'],
  ['unexpected-pass', 'unexpected pass'],
  ['not-exercised', 'conforms'],
] as const)('rules with status %s make the verdict "%s"', ([status, verdict]) => {
  const changed = { ...result, rules: [{ id: 'SPT.3', exercised: 1, status }] };
  expect(areaTable([{ ...row, result: changed }], plain)).toContain(` ${verdict} `);
});

test('an area none of whose rules was exercised does not conform', () => {
  const rules = [{ id: 'SPT.3', exercised: 0, status: 'not-exercised' as const }];
  expect(areaTable([{ ...row, result: { ...result, rules } }], plain)).toContain(' not exercised ');
});

test('an area that was not claimed or did not run has no figures', () => {
  const rows = [
    { implementation: 'mine', area: 'entry', result: { ...result, claimed: false } },
    { implementation: 'mine', area: 'translation', result: undefined, problem: 'it died' },
  ];
  const lines = areaTable(rows, plain).split('\n');
  expect(cells(lines[3])).toEqual(['', 'entry', '', '', '', '', '', '', 'not claimed', '']);
  expect(cells(lines[4])).toEqual(['', 'translation', '', '', '', '', '', '', 'it died', '']);
});

test('several implementations stand in one table with a column of their own', () => {
  const table = areaTable([row, { ...row, implementation: 'yours' }], plain);
  expect(table).toMatch(/│ implementation │ area/);
  expect(table).toMatch(/│ yours /);
});

test('rules that no case decided are named', () => {
  expect(notExercisedLines(result)).toEqual(['entry: 1 of 3 rules not exercised:', '  SPT.4.1']);
});

test('where no rule was exercised they are not listed one by one', () => {
  const rules = [{ id: 'SPT.3', exercised: 0, status: 'not-exercised' as const }];
  expect(notExercisedLines({ ...result, rules })).toEqual(['entry: no rule was exercised']);
});
