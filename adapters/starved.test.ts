import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { starvedMs } from './starved.ts';

const proc = mkdtempSync(path.join(tmpdir(), 'proc-'));
afterAll(() => rmSync(proc, { recursive: true }));

/** A process of group `group` whose threads have waited for so many nanoseconds each. */
function put(pid: number, group: number, ...waited: readonly number[]): void {
  for (const [index, time] of waited.entries()) {
    const thread = path.join(proc, String(pid), 'task', String(pid + index));
    mkdirSync(thread, { recursive: true });
    writeFileSync(path.join(thread, 'schedstat'), `9000000 ${time} 7\n`);
  }
  writeFileSync(path.join(proc, String(pid), 'stat'), `${pid} (a (b) c) S 1 ${group} 5 0\n`);
}

test('every thread of a process counts, and of all processes of its group', () => {
  put(100, 100, 2_000_000, 500_000);
  put(200, 100, 1_000_000);
  put(300, 300, 4_000_000);
  expect(starvedMs(100, proc)).toBe(3.5);
  expect(starvedMs(300, proc)).toBe(4);
});

test('of a process that is no more, or a system that does not tell, nothing is known', () => {
  expect(starvedMs(400, proc)).toBe(0);
  expect(starvedMs(100, path.join(proc, 'none'))).toBe(0);
});
