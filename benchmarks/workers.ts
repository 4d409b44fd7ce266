/** What several workers do beside one: the same check of all areas, from the command line. To be run when all is quiet. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface Workers {
  readonly workers: number;
  readonly seconds: number;
  /** How much faster than one. */
  readonly times: number;
}

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
/** Of a cheap area. */
const RUNS = 40_000;

/** One, two, four … up to the processors that there are. */
export async function workersBesideOne(): Promise<readonly Workers[]> {
  const found: Workers[] = [];
  for (let workers = 1; workers <= availableParallelism(); workers *= 2) {
    const begin = performance.now();
    const options = ['check', '--workers', `${workers}`, '--runs', `${RUNS}`, '--seed', 'bench', '--quiet'];
    await promisify(execFile)(process.execPath, [main, ...options]);
    const seconds = (performance.now() - begin) / 1000;
    found.push({ workers, seconds, times: (found[0]?.seconds ?? seconds) / seconds });
  }
  return found;
}
