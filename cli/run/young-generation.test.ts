import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Megabytes that a thread has for new objects as soon as it starts. */
function newSpaceOf(options: string): number {
  const inThread = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { parentPort } from 'node:worker_threads';
    const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    parentPort.postMessage(space_size / 2 ** 20);`;
  const program = `
    import { Worker } from 'node:worker_threads';
    import { fixYoungGeneration } from '${new URL('young-generation.ts', import.meta.url)}';
    fixYoungGeneration();
    const thread = "data:text/javascript,${encodeURIComponent(inThread)}";
    new Worker(new URL(thread)).on('message', console.log);`;
  const env = { ...process.env, NODE_OPTIONS: options };
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], { env, encoding: 'utf8' }),
  );
}

test('threads have all of it from their start', () => {
  expect(newSpaceOf('')).toBeGreaterThanOrEqual(32);
});

test('what the user has chosen stays', () => {
  expect(newSpaceOf('--max-semi-space-size=8')).toBeLessThan(32);
});
