import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import seedrandom from 'seedrandom';
import { afterAll, expect, test, vi } from 'vitest';
import { openProcess } from './open-process.ts';
import { exceptions, isAlive, numbered, stub, testLimits } from './stub-process.fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'process-kill-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shellStub = fileURLToPath(new URL('stub.fixture.sh', import.meta.url));

/** The process ids that a stub has noted, the latest last. */
function pidsIn(file: string): readonly number[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
}

test('a process that is killed at random 100 times loses no answer and hangs nothing', {
  timeout: 120_000,
}, async () => {
  const kills = Number(process.env['KILLS'] ?? 100);
  const pids = path.join(folder, 'pids');
  const implementation = await openProcess(`sh '${shellStub}' '${pids}'`, { limits: testLimits });
  const random = seedrandom('kills');
  let killed = 0;
  let unrepeated = 0;
  /** Kills every process some time after it has said hello: idle, at work, or while it looks for a culprit. */
  const killer = async () => {
    for (let seen = 0; killed < kills; ) {
      await sleep(random() * 30);
      const born = pidsIn(pids);
      if (born.length === seen) continue;
      seen = born.length;
      await sleep(random() * 30);
      try {
        if (process.kill(born.at(-1)!, 'SIGKILL')) killed++;
      } catch {
        // It has ended by itself.
      }
    }
  };
  const killing = killer();
  while (killed < kills) {
    const found = exceptions((await implementation.runBatch?.(numbered(500))) ?? []);
    expect(found.filter(([, text]) => text !== 'unrepeated crash: the process ended with SIGKILL')).toEqual(
      [],
    );
    unrepeated += found.length;
  }
  await killing;
  expect(exceptions((await implementation.runBatch?.(numbered(500))) ?? []).length).toBeLessThanOrEqual(1);
  await implementation.close?.();
  expect(unrepeated).toBeGreaterThan(0);
});

test('a process that dies between two batches is known by the first answer of the second', async () => {
  const pids = path.join(folder, 'idle');
  const implementation = await openProcess(`sh '${shellStub}' '${pids}'`, { limits: testLimits });
  await implementation.runBatch?.(numbered(3));
  const [pid = 0] = pidsIn(pids);
  process.kill(pid, 'SIGKILL');
  await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 });
  await sleep(50);
  const answers = (await implementation.runBatch?.(numbered(3))) ?? [];
  await implementation.close?.();
  expect(exceptions(answers)).toEqual([[0, 'unrepeated crash: the process ended with SIGKILL']]);
});

test.for(['SIGINT', 'SIGKILL'] as const)('%s to us leaves no process behind', async (signal) => {
  const pids = path.join(folder, signal);
  const adapter = fileURLToPath(new URL('open-process.ts', import.meta.url));
  const fixture = fileURLToPath(new URL('stub-process.fixture.ts', import.meta.url));
  const program = `
    const { openProcess } = await import(${JSON.stringify(adapter)});
    const { numbered } = await import(${JSON.stringify(fixture)});
    const implementation = await openProcess(${JSON.stringify(stub(`notes-pid-and-hangs any ${pids}`))});
    await implementation.runBatch(numbered(3));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  await expect.poll(() => pidsIn(pids).length, { timeout: 20_000 }).toBe(1);
  const [pid = 0] = pidsIn(pids);
  await sleep(100);
  expect(isAlive(pid)).toBe(true);
  parent.kill(signal);
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});
