import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import seedrandom from 'seedrandom';
import { afterAll, expect, test } from 'vitest';
import { openProcess } from './open-process.ts';
import { exceptions, isAlive, numbered, testLimits } from './stub-process.fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'process-kill-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shellStub = fileURLToPath(new URL('stub.fixture.sh', import.meta.url));

/** The process ids that a stub has noted, the latest last: whole lines, since the file is there before its first. */
function pidsIn(file: string): readonly number[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1).map(Number) : [];
}

/** Kills each process of one implementation after a random time: idle, at work, or looking for a culprit. */
async function killAtRandom(
  pids: string,
  random: () => number,
  kill: (pid?: number) => boolean,
): Promise<void> {
  for (let seen = 0, more = true; more; ) {
    await sleep(random() * 30);
    const born = pidsIn(pids);
    if (born.length > seen) await sleep(random() * 30);
    more = kill(born.length > seen ? born.at(-1) : undefined);
    seen = born.length;
  }
}

test('processes that are killed at random lose no answer and hang nothing', async () => {
  const kills = Number(process.env['KILLS'] ?? 30);
  // However often in a row: no case is to blame, and no start has failed.
  const limits = { ...testLimits, outsideKills: kills, failedStarts: kills };
  let killed = 0;
  let unrepeated = 0;
  const kill = (pid?: number) => {
    try {
      if (pid !== undefined && killed < kills && process.kill(pid, 'SIGKILL')) killed++;
    } catch {
      // It has ended by itself.
    }
    return killed < kills;
  };
  const survives = async (index: number) => {
    const pids = path.join(folder, `pids-${index}`);
    const implementation = await openProcess(`sh '${shellStub}' '${pids}'`, limits);
    const killing = killAtRandom(pids, seedrandom(`kills ${index}`), kill);
    while (killed < kills) {
      const found = exceptions((await implementation.runBatch?.(numbered(500))) ?? []);
      const [wrong] = found.filter(([, text]) => text !== 'unrepeated crash: the process ended with SIGKILL');
      expect(wrong).toBeUndefined();
      unrepeated += found.length;
    }
    await killing;
    expect(exceptions((await implementation.runBatch?.(numbered(500))) ?? []).length).toBeLessThanOrEqual(1);
    await implementation.close?.();
  };
  await Promise.all([0, 1, 2, 3].map(survives));
  expect(unrepeated).toBeGreaterThan(0);
});

test('a process that dies between two batches is known by the first answer of the second', async () => {
  const pids = path.join(folder, 'idle');
  const implementation = await openProcess(`sh '${shellStub}' '${pids}'`, testLimits);
  await implementation.runBatch?.(numbered(3));
  const [pid = 0] = pidsIn(pids);
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => isAlive(pid)).toBe(false);
  await sleep(50);
  const answers = (await implementation.runBatch?.(numbered(3))) ?? [];
  await implementation.close?.();
  expect(exceptions(answers)).toEqual([[0, 'unrepeated crash: the process ended with SIGKILL']]);
});

test.for(['SIGINT', 'SIGKILL'] as const)('%s to us leaves no process behind', async (signal) => {
  const pids = path.join(folder, signal);
  const fixture = fileURLToPath(new URL('stub-process.fixture.ts', import.meta.url));
  // Not before the signal: a hang would be ended by the adapter.
  const program = `
    const { numbered, openStub } = await import(${JSON.stringify(fixture)});
    const implementation = await openStub('notes-pid-and-hangs any ${pids}', { caseMs: 2 ** 31 - 1 });
    await implementation.runBatch(numbered(3));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  await expect.poll(() => pidsIn(pids).length).toBe(1);
  const [pid = 0] = pidsIn(pids);
  await sleep(100);
  expect(isAlive(pid)).toBe(true);
  parent.kill(signal);
  await expect.poll(() => isAlive(pid)).toBe(false);
});
