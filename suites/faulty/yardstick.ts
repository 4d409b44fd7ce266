/**
 * How slow this machine is, beside the one whose milliseconds limits are written in: a processor may be slower, or
 * share its caches with much other work, and what it takes longer then is no fault of what is measured.
 */
import { cpuMs } from './cpu-time.ts';

/** Milliseconds of the processor where the limits were set, with nothing beside. */
const USUAL_MS = 56;

/** How many times as long this thread takes just now; at least 1, since no limit is stricter where it is faster. */
export function slowness(): number {
  const started = cpuMs();
  work();
  return Math.max(1, (cpuMs() - started) / USUAL_MS);
}

/** Bigints, objects and maps that live shortly: what drawing and judging are made of. */
function work(): bigint {
  let sum = 0n;
  for (let step = 0n; step < 6000n; step++) {
    const words = Array.from({ length: 32 }, (_, index) => ((step << 40n) | 0xf5f5n) * BigInt(index + 1));
    const places = new Map(words.map((word, index) => [word & 0xffff_ffffn, { word, index }]));
    for (const [key, { word, index }] of places) sum ^= (word >> BigInt(index)) + key;
  }
  return sum;
}
