import { randomBytes } from 'node:crypto';

/**
 * The seed of a run for which nobody named one: short enough to be typed again. A gate names one for all of its
 * commands by CONFORMANCE_SEED, so that the same sources are judged by the same cases each time.
 */
export function newSeed(): string {
  return process.env['CONFORMANCE_SEED'] || randomBytes(4).toString('hex');
}
