/** A check shared out over threads, or over machines and put together again: the same report, but for times. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';
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

const read = (...names: readonly string[]) => readFileSync(path.join(folder, ...names), 'utf8');
const withoutTimes = (text: string) =>
  text
    .replaceAll(/"(durationMs|draw|implementation|judge)": [\d.]+/g, '"$1": 0')
    .replaceAll(/ time="[\d.]+"/g, '');

/** Its exit status; the report is written to the folder `name`. Each run has a folder of findings of its own. */
async function checked(name: string, ...options: readonly string[]): Promise<number> {
  const args = ['--impl', wrong, '--seed', 'a', '--runs', '64', '--quiet', '--findings', `${name}/findings`];
  const { status, stderr } = await run('check', ...args, '--report', name, ...options);
  expect(stderr).toBe('');
  return status;
}

async function checkedInParts(count: number, ...options: readonly string[]): Promise<readonly number[]> {
  const names = Array.from({ length: count }, (_, index) => `${index + 1}-of-${count}`);
  const statuses: number[] = [];
  for (const [index, name] of names.entries()) {
    statuses.push(await checked(name, '--shard', `${index + 1}/${count}`, ...options));
  }
  const results = names.toReversed().map((name) => `${name}/results.json`);
  expect((await run('report', ...results, '--out', `of-${count}`)).status).toBe(0);
  return statuses;
}

test('with 8 workers, in 2 parts with 1 and in 4 parts with 2, results and JUnit are the same, byte for byte', {
  timeout: 180_000,
}, async () => {
  expect(await checked('whole', '--workers', '8')).toBe(1);
  expect(await checkedInParts(2, '--workers', '1')).toEqual([1, 1]);
  expect(await checkedInParts(4, '--workers', '2')).toEqual([1, 1, 0, 0]);

  const { areas } = v.parse(resultSchema, JSON.parse(read('whole', 'results.json')));
  expect(areas.map(({ findings }) => findings.some(isSurprise))).toEqual([true, true, false, false]);
  for (const name of ['results.json', 'junit.xml', 'badge.svg']) {
    const whole = withoutTimes(read('whole', name));
    for (const parts of ['of-2', 'of-4']) expect(withoutTimes(read(parts, name)), parts).toBe(whole);
  }
});
