import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { areaOf, resultOf } from '../../reports/result.fixture.ts';
import { outcomeOf } from '../../reports/result-json.ts';
import { sampleFinding } from '../../reports/sample.fixture.ts';
import { githubLines } from './github.ts';

const findingsDirectory = mkdtempSync(path.join(tmpdir(), 'github-'));
afterAll(() => rmSync(findingsDirectory, { recursive: true }));

const { areas, ...run } = outcomeOf(resultOf([areaOf([sampleFinding, { ...sampleFinding, level: 'may' }])]));
const outcome = {
  ...run,
  areas: [...areas, { area: 'binding', problem: 'died' } as const],
  strayErrors: ['x'],
};
const kept = { area: 'entry', rule: 'SPT.3', aspect: 'code', reason: 'known since long' } as const;
const options = { findingsDirectory, expectedFailures: [kept] };
const inActions = { GITHUB_ACTIONS: 'true' };

test('a run in GitHub Actions tells its runner of everything that fails it, and of no remark', () => {
  expect(githubLines(outcome, options, inActions)).toEqual([
    expect.stringMatching(/^::error file=.*\/mine\/SPT\.3-outcome-797c5c0c\.json,title=entry%3A SPT\.3/),
    '::error title=binding%3A mine gave no result::died',
    '::error title=mine failed beside its answers::x',
    expect.stringMatching(/^::error title=entry%3A SPT\.3\/code::a known failure that did not happen/),
  ]);
  expect(githubLines(outcome, { ...options, allowUnexpectedPass: true }, inActions)).toHaveLength(3);
});

test('elsewhere it says nothing of the kind', () => {
  expect(githubLines(outcome, options, {})).toEqual([]);
});
