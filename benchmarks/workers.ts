/** What several workers do beside one: the same check of all areas, from the command line. To be run when all is quiet. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Workers {
  readonly workers: number;
  readonly seconds: number;
  /** How much faster than one. */
  readonly times: number;
}

/** As `npm run conformance` starts it. */
const cached = ['--import', new URL('../cli/compile-cache.js', import.meta.url).href];
const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
/** Of a cheap area. */
const RUNS = 40_000;

/** One, two, four … up to the processors that there are; or why there are no figures. */
export async function workersBesideOne(): Promise<readonly Workers[] | string> {
  const found: Workers[] = [];
  for (let workers = 1; workers <= availableParallelism(); workers *= 2) {
    const begin = performance.now();
    const status = await checkStatus(workers);
    // What was spent on findings would be measured too.
    if (status !== 0)
      return `no figures of workers: a check of the optimized model ended with status ${status}`;
    const seconds = (performance.now() - begin) / 1000;
    found.push({ workers, seconds, times: (found[0]?.seconds ?? seconds) / seconds });
  }
  return found;
}

async function checkStatus(workers: number): Promise<unknown> {
  const options = ['--workers', `${workers}`, '--runs', `${RUNS}`, '--seed', 'bench', '--quiet'];
  const check = spawn(process.execPath, [...cached, main, 'check', ...options], { stdio: 'ignore' });
  const [status, signal] = await once(check, 'exit');
  return status ?? signal;
}
