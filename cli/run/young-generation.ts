/**
 * How much memory the engine gives to new objects. Left alone it takes more in steps, up to 64 MB twice, millions of
 * cases later: as if a search kept something. Fixed, what is resident is within 20 MB from the first seconds on,
 * and a check takes as much CPU time.
 */
import { setFlagsFromString } from 'node:v8';

/** Of a thread: two halves of 32 MB. */
export const youngGeneration = ['--min-semi-space-size=32', '--max-semi-space-size=32'] as const;

/** For threads that start afterwards, unless the user has chosen: the engine reads it when it makes a heap. */
export function fixYoungGeneration(): void {
  const chosen = [...process.execArgv, process.env['NODE_OPTIONS']].join(' ');
  if (chosen.includes('semi-space-size')) return;
  for (const flag of youngGeneration) setFlagsFromString(flag);
}
