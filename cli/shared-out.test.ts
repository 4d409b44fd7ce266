/** A check shared out over threads, or over machines and put together again: the same report, but for times. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { isSurprise } from '../reports/finding-kind.ts';
import { resultSchema } from '../spec/schema.ts';
import { commandIn } from './command.fixture.ts';

const { folder, top, run, end, file } = commandIn(mkdtempSync(path.join(tmpdir(), 'shared-out-')));
afterAll(async () => {
  await end();
  rmSync(folder, { recursive: true });
});

/** Four areas, for four parts; wrong in two: it never sees word 3 of an entry, and calls every bit used. */
const wrong = file(
  'wrong.ts',
  `import { optimized } from '${top}/models/optimized/implementation.ts';
   const areas = ['entry', 'used-bits', 'entry-sync', 'page-walk'];
   const run = (c) => optimized.run(c.area === 'entry' && c.words.length > 3 ? { ...c, words: c.words.with(3, 0n) } : c);
   export const implementation = { ...optimized, name: 'wrong', areas, run: (c) =>
     c.area === 'used-bits' ? { ...run(c), used: Array(8).fill(2n ** 64n - 1n) } : run(c) };`,
);

const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
const withoutTimes = (text: string) =>
  text
    .replaceAll(/"(durationMs|draw|implementation|judge)": [\d.]+/g, '"$1": 0')
    .replaceAll(/ time="[\d.]+"/g, '');
const areasIn = (name: string) => v.parse(resultSchema, JSON.parse(withoutTimes(read(name)))).areas;

/** Its exit status; what is written is called `name`. Each run has a folder of findings of its own. */
async function checked(name: string, ...options: readonly string[]): Promise<number> {
  const written = ['--json', `${name}.json`, '--junit', `${name}.xml`, '--findings', `${name}.findings`];
  const args = ['--impl', wrong, '--seed', 'a', '--runs', '64', '--quiet', ...written];
  const { status, stderr } = await run('check', ...args, ...options);
  expect(stderr).toBe('');
  return status;
}

const parts = [1, 2, 3, 4];

test('with 8 workers and in 4 parts with 1, put together again, result and JUnit are the same, byte for byte', async () => {
  expect(await checked('whole', '--workers', '8')).toBe(1);
  const statuses: number[] = [];
  for (const part of parts) {
    statuses.push(await checked(`part-${part}`, '--workers', '1', '--shard', `${part}/4`));
  }
  expect(statuses).toEqual([1, 1, 0, 0]);
  const results = parts.map((part) => `part-${part}.json`).toReversed();
  expect((await run('report', ...results, '--out', 'together')).status).toBe(0);

  expect(areasIn('whole.json').map(({ findings }) => findings.some(isSurprise))).toEqual([
    ...[true, true, false, false],
  ]);
  expect(withoutTimes(read('together/results.json'))).toBe(withoutTimes(read('whole.json')));
  expect(withoutTimes(read('together/junit.xml'))).toBe(withoutTimes(read('whole.xml')));
});

describe('of one area that takes long', () => {
  /**
   * Five chunks of nearly a second each: a helper is worth its start (helper-threads.ts) for so long that it
   * does not matter when the word comes that a worker is idle.
   */
  const args = ['--quiet', '--seed', 'a', '--runs', '1032', '--area', 'used-bits'];
  /** A wait rather than work for a processor, too long for larger batches (pace.ts). */
  const waits = 'await setTimeout(110);';
  /** Notes each thread that opens it. `first` is done before each batch. */
  const noting = (name: string, first: string) =>
    file(
      `${name}.ts`,
      `import { appendFileSync } from 'node:fs';
       import { setTimeout } from 'node:timers/promises';
       import { workerData } from 'node:worker_threads';
       import { implementation as wrong } from './${wrong}';
       const helps = workerData?.drawing !== undefined;
       if (helps) appendFileSync('${folder}/${name}.helpers', '.');
       async function runBatch(cases) {
         ${first}
         return cases.map((one) => ({ observation: wrong.run(one) }));
       }
       export const implementation = { ...wrong, name: 'noting', areas: ['used-bits'], runBatch };`,
    );
  const result = async (module: string, name: string, workers: string) => {
    const { status, stderr } = await run(
      ...['check', '--impl', module, ...args, '--json', `${name}.json`, '--workers', workers],
      ...['--findings', `${name}.findings`],
    );
    expect([status, stderr]).toEqual([1, '']);
    return withoutTimes(read(`${name}.json`)).replaceAll(`"${module}"`, '""');
  };

  test('workers that are left over help, and the result is that of one worker', async () => {
    const alone = await result(noting('alone', ''), 'alone', '1');
    expect(await result(noting('helped', waits), 'helped', '8')).toBe(alone);
    expect(read('helped.helpers')).not.toBe('');
    const mortal = noting('mortal', `${waits} if (helps) process.exit();`);
    expect(await result(mortal, 'a helper that dies', '2')).toBe(alone);
    expect(read('mortal.helpers')).toHaveLength(1);
  });
});
