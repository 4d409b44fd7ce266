import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { FaultyArguments } from '../commands/faulty.ts';
import { CommandError } from '../exit.ts';
import { runFaulty } from './faulty.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'faulty-'));
afterAll(() => rmSync(folder, { recursive: true }));

const committed = new URL('../../models/faulty/limits.json', import.meta.url);
const limits: { limits: Record<string, number>; exceptions: unknown[] } = JSON.parse(
  readFileSync(committed, 'utf8'),
);

function file(name: string, content: unknown): string {
  const written = path.join(folder, name);
  writeFileSync(written, JSON.stringify(content));
  return written;
}

async function run(options: Partial<FaultyArguments>) {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    const status = await runFaulty({ seeds: 1, quiet: true, workers: 1, ...options });
    return { status, text: log.mock.calls.join('\n') };
  } finally {
    log.mockRestore();
  }
}

test('the bugs are listed with what is wrong, and nothing is measured', async () => {
  const { status, text } = await run({ list: true, area: ['entry-sync'] });
  expect(status).toBe(0);
  expect(text).toMatch(/^entry-sync {2}not-prepared {2}The critical quantum is swapped/m);
  expect(text).not.toMatch(/^translation/m);
});

test('a figure beyond its limit is named with its bug, and the status is 1', async () => {
  const strict = file('strict.json', { ...limits, limits: { ...limits.limits, 'executions.worst': 3 } });
  const json = path.join(folder, 'out.json');
  const { status, text } = await run({ bug: ['not-prepared'], limits: strict, json });
  expect(status).toBe(1);
  expect(text).toMatch(/^not-prepared: executions\.worst is \d+, limit 3$/m);
  expect(text).toMatch(/│ not-prepared +│ +1\/1 │/);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
    ...{ version: 1, seeds: 1 },
    bugs: [{ id: 'not-prepared', found: 1, misnamed: 0, forms: 1 }],
  });
});

const stray = { bug: 'nope', measure: 'forms', limit: 2, reason: 'none' };
test.for<[Partial<FaultyArguments>, RegExp]>([
  [{ bug: ['not-prepared', 'nope'] }, /^--bug nope: no known bug has this name, see faulty --list$/],
  [{ bug: ['not-prepared'], area: ['entry'] }, /^--area entry: none of these bugs is of such an area$/],
  [{ limits: file('stray.json', { ...limits, exceptions: [stray] }) }, /stray\.json: .* called nope$/],
  [{ limits: file('bad.json', { ...limits, oneForm: 2 }) }, /bad\.json is malformed: oneForm: .*2/],
  [{ limits: path.join(folder, 'no.json') }, /no\.json cannot be read: no such file or folder/],
  [{ json: path.join(folder, 'no', 'r.json') }, /r\.json cannot be written: there is no folder/],
])('refused before anything is measured: %j', async ([options, message]) => {
  const error = await run(options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({ status: 2, message: expect.stringMatching(message) });
});
