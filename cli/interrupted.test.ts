/** A run that is cut short, by a signal or by a reader who has seen enough: nothing that it had come to is lost. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sampleFinding } from '../reports/sample.fixture.ts';
import { toJson } from '../spec/json.ts';
import { commandIn } from './command.fixture.ts';

const { folder, top, start, blind, file } = commandIn(mkdtempSync(path.join(tmpdir(), 'interrupted-')));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string) => {
  const file = path.join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

/** `output`: what the process has written, to stdout and stderr. */
function reading(child: ChildProcess) {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (more) => (text += more));
  return { child, output: () => text };
}

test('on SIGINT what check has found is saved and shown, and the status is 130', async () => {
  const args = ['--runs', '90000000', '--seed', 'a', '--findings', 'found', '--jsonl', 'events.jsonl'];
  const { child, output } = reading(start('check', '--impl', blind, ...args));
  await expect.poll(() => read('events.jsonl')).toContain('"event":"finding"');
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect(code).toBe(130);
  const [saved] = readdirSync(path.join(folder, 'found/blind'));
  expect(output()).toMatch(/✗ SPT\.3\/outcome/);
  expect(output()).toContain(`replay found/blind/${saved}`);
  expect(JSON.parse(read('events.jsonl').trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    event: 'end',
    status: 130,
    error: 'interrupted, seed a: 1 finding until then',
  });
});

test('on SIGTERM what compare has found is saved and shown, and the status is 143', async () => {
  const marking = file(
    'marking.ts',
    `import { writeFileSync } from 'node:fs'; import { implementation as blind } from './${blind}'; let asked = 0;
     export const implementation = { ...blind, name: 'marking', run(c) {
       if (++asked === 3000) writeFileSync('marked', ''); return blind.run(c); } };`,
  );
  const args = ['--runs', '90000000', '--seed', 'a', '--findings', 'apart', '--json', 'apart.json'];
  const { child, output } = reading(start('compare', 'optimized', marking, ...args));
  await expect.poll(() => existsSync(path.join(folder, 'marked'))).toBe(true);
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  expect(code).toBe(143);
  expect(output()).toMatch(/✗ SPT\.3 by marking/);
  expect(output()).toMatch(/interrupted, seed a: what was compared until then\n$/);
  expect(readdirSync(path.join(folder, 'apart/marking'))).toHaveLength(1);
  expect(JSON.parse(read('apart.json')).areas[0].differences).toHaveLength(1);
});

test('on SIGINT judge reports on what it has judged, and the status is 130', async () => {
  const fifo = path.join(folder, 'trace');
  execFileSync('mkfifo', [fifo]);
  const { child, output } = reading(start('judge', fifo, '--json', 'judged.json'));
  const line = `${toJson({ case: sampleFinding.case, observation: { fault: 0x5a } })}\n`;
  const writer = createWriteStream(fifo);
  // More than a pipe and a reader hold: when it is written, some has been judged.
  for (let written = 0; written < 1 << 18; written += line.length) writer.write(line);
  await once(writer, 'drain');
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  writer.on('error', () => undefined).destroy();
  expect(code).toBe(130);
  expect(output()).toMatch(/interrupted after \d+ cases of .*trace\n/);
  expect(JSON.parse(read('judged.json')).areas[0].cases).toBeGreaterThan(0);
});

test('a reader that leaves ends nothing: the result is written and the status is that of the run', async () => {
  const child = start('judge', `${top}/examples/traces/history.jsonl`, '--json', 'left.json');
  child.stdout.destroy();
  let complaints = '';
  child.stderr.on('data', (text) => (complaints += text));
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
  expect(complaints).toBe('');
  expect(JSON.parse(read('left.json'))).toMatchObject({ seed: 'recorded' });
});
