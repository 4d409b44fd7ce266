/**
 * Notices a thread that gives no sign of life: code that loops for ever can't be interrupted from within,
 * and Vitest waits for it. Every chunk of cases and every few steps of shrinking are a sign.
 */
import type { Area } from '../../spec/schema.ts';

/** Longer than any chunk of a slow implementation, hangs with their own time limit included. */
const LIMIT_MS = 90_000;
const LOOK_EVERY_MS = 1000;

export class SilenceWatch {
  readonly #seen = new Map<Area, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(onSilence: (area: Area, seconds: number) => never) {
    this.#timer = setInterval(() => {
      for (const [area, at] of this.#seen) {
        if (performance.now() - at > LIMIT_MS) onSilence(area, LIMIT_MS / 1000);
      }
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  alive(area: Area): void {
    this.#seen.set(area, performance.now());
  }

  done(area: Area): void {
    this.#seen.delete(area);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
