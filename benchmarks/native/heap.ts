/** What an operation leaves on the heap, garbage or not. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** So few that nothing is collected in between. */
const OPERATIONS = 50_000;
const TRIES = 5;

/** Bytes an operation of `pass`, which does `operations` of them; the least of some tries: the engine allocates too. */
export function heapBytes(pass: (sum: number) => number, operations: number): number {
  const passes = Math.ceil(OPERATIONS / operations);
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < TRIES; index++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    let sum = 0;
    for (let count = 0; count < passes; count++) sum = pass(sum);
    const after = process.memoryUsage().heapUsed;
    if (sum !== Math.trunc(sum)) throw new RangeError('a checksum is no integer');
    least = Math.min(least, after - before);
  }
  return Math.max(0, least) / (passes * operations);
}
