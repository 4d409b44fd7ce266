/** Judge, diff and compare as a user runs them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { resultSchema } from '../spec/schema.ts';
import { commandIn } from './command.fixture.ts';

const { folder, top, run, runAlone, end, file, refused, blind } = commandIn(
  mkdtempSync(path.join(tmpdir(), 'comparing-')),
);
afterAll(async () => {
  await end();
  rmSync(folder, { recursive: true });
});

describe('compare', { concurrent: true }, () => {
  const args = ['--area', 'entry', '--seed', 'a', '--quiet'];

  test('shows who breaks a rule that the other keeps, and replay shows it again', async () => {
    const ended = await run(
      'compare',
      'optimized',
      blind,
      ...args,
      '--json',
      'c.json',
      '--findings',
      'apart',
    );
    expect(ended.status).toBe(1);
    expect(ended.stdout).toMatch(/✗ SPT\.3 by blind {2}entry, outcome, \d+ of 2000 cases/);
    expect(ended.stdout).toMatch(
      /optimized\n +answers \{"fault":90.*\n +right\n {2}blind\n.*\n +breaks SPT\.3/,
    );
    expect(ended.stdout).toMatch(/entry: 2000 cases, 1 difference/);
    const written = JSON.parse(readFileSync(path.join(folder, 'c.json'), 'utf8'));
    expect(written.implementations.map(({ label }: { label: string }) => label)).toEqual([
      'optimized',
      'blind',
    ]);
    expect(written.areas[0].differences[0].answers[1]).toMatchObject({ verdict: 'wrong', inGroup: true });
    const [, file = ''] = /replay (apart\/blind\/\S+) --impl/.exec(ended.stdout) ?? [];
    expect((await run('replay', file, '--impl', blind)).status).toBe(1);
    expect((await run('replay', file)).status).toBe(0);
  });

  test('gives 0 where nothing that is bound differs', async () => {
    const ended = await run('compare', 'optimized', 'reference', ...args, '--runs', '300');
    expect(ended.stdout).toMatch(/entry: 300 cases, no difference that breaks a rule/);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('judge', { concurrent: true }, () => {
  test('finds where a recorded history went wrong, and the models get it right', async () => {
    const trace = `${top}/examples/traces/history.jsonl`;
    const ended = await run('judge', trace, '--json', 'j.json', '--findings', 'recorded');
    expect(ended.status).toBe(1);
    expect(ended.stdout).toMatch(/found +line 15 of .*history\.jsonl, cut after it and not shrunk/);
    const result = v.parse(resultSchema, JSON.parse(readFileSync(path.join(folder, 'j.json'), 'utf8')));
    expect(result).toMatchObject({ implementation: { name: 'my-emulator' }, seed: 'recorded' });
    const [, file = ''] = /replay (recorded\/my-emulator\/\S+)/.exec(ended.stdout) ?? [];
    expect((await run('replay', file)).status).toBe(0);
  });
});

describe('diff', { concurrent: true }, () => {
  const [older = '', newer = ''] = ['1.0', '1.1'].map(
    (version) => `${top}/examples/results/my-emulator-${version}.json`,
  );

  test('tells what fails newly, with 1, and with 0 that nothing does', async () => {
    const worse = await runAlone('diff', older, newer, '--json', 'd.json');
    expect(worse.stdout).toMatch(
      /my-emulator, 1\.1, seed 2026\n\nentry\n {2}newly failing \(1\)\n {4}LRT\.3/,
    );
    expect(worse).toMatchObject({ status: 1, stderr: '' });
    expect(JSON.parse(readFileSync(path.join(folder, 'd.json'), 'utf8'))).toMatchObject({ isWorse: true });
    const same = await run('diff', newer, newer);
    expect(same.stdout).toMatch(/still failing \(2\)\n.*the same smallest case/);
    expect(same).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('bad input gets one sentence and its exit status', { concurrent: true }, () => {
  test.for<[string, number, RegExp, readonly string[]]>([
    [
      'result',
      2,
      /result n\.json is malformed: implementation: missing/,
      ['diff', file('n.json', '{"version":1}'), 'n.json'],
    ],
    ['one implementation', 2, /compare needs two implementations/, ['compare', 'optimized']],
    ['twice the same', 2, /reference is named twice/, ['compare', 'reference', 'reference']],
    [
      'area of one alone',
      2,
      /blind does not claim area translation/,
      ['compare', 'optimized', blind, '--area', 'translation'],
    ],
    ['trace', 2, /trace t\.jsonl, line 2: is not JSON/, ['judge', file('t.jsonl', '\n{"step"')]],
  ])('%s', ([, status, message, args]) => refused(status, message, ...args));
});
