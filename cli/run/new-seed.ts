import { randomBytes } from 'node:crypto';

/** The seed of a run for which nobody named one: short enough to be typed again. */
export function newSeed(): string {
  return randomBytes(4).toString('hex');
}
