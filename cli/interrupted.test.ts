/** A run that is cut short, by a signal or by a reader who has seen enough: nothing that it had come to is lost. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commandIn } from './command.fixture.ts';

const { folder, start, blind } = commandIn(mkdtempSync(path.join(tmpdir(), 'interrupted-')));
afterAll(() => rmSync(folder, { recursive: true }));

const LONG = 120_000;
const read = (name: string) => {
  const file = path.join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

test.for([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'on %s what was found is saved and shown, and the status is %i',
  { timeout: LONG },
  async ([signal, status]) => {
    const args = ['--runs', '90000000', '--seed', 'a', '--findings', signal, '--jsonl', `${signal}.jsonl`];
    const child = start('check', '--impl', blind, ...args);
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    await expect.poll(() => read(`${signal}.jsonl`), { timeout: LONG / 2 }).toContain('"event":"finding"');
    child.kill(signal);
    const [code] = await once(child, 'close');
    expect(code).toBe(status);
    const [saved] = readdirSync(path.join(folder, signal, 'blind'));
    expect(output).toMatch(/✗ SPT\.3\/outcome/);
    expect(output).toContain(`replay ${signal}/blind/${saved}`);
    expect(JSON.parse(read(`${signal}.jsonl`).trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      event: 'end',
      status,
      error: 'interrupted, seed a: 1 finding until then',
    });
  },
);

test('a reader that leaves ends nothing: the result is written and the status is that of the run', {
  timeout: LONG,
}, async () => {
  const child = start(
    'check',
    '--impl',
    blind,
    '--seed',
    'a',
    '--runs',
    '1000',
    '--json',
    'left.json',
    '--quiet',
  );
  child.stdout.destroy();
  let complaints = '';
  child.stderr.on('data', (text) => (complaints += text));
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(complaints).toBe('');
  expect(JSON.parse(read('left.json'))).toMatchObject({ seed: 'a' });
});

test('a finding that cannot be saved is shown all the same', { timeout: LONG }, async () => {
  const child = start('check', '--impl', blind, '--seed', 'a', '--runs', '1000', '--findings', '/proc/none');
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(output).toMatch(
    /✗ SPT\.3\/outcome.*not saved a finding cannot be saved in \/proc\/none\/blind: no such file/s,
  );
  expect(output).not.toMatch(/^ {2}replay/m);
});
