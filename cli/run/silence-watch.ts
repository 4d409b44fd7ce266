/**
 * Notices a thread that gives no sign of life: code that loops for ever can't be interrupted from within,
 * and Vitest waits for it. Every chunk of cases and every few steps of shrinking are a sign. What counts is the
 * processor time that a thread had since its last one: on a loaded machine a right implementation is silent for long.
 */
import type { Area } from '../../spec/schema.ts';

/** Longer than any chunk of a slow implementation, hangs with their own time limit included. */
const CPU_LIMIT_MS = 90_000;
/** Code that sleeps for ever uses no processor time. */
const LIMIT_MS = 900_000;
const LOOK_EVERY_MS = 1000;

interface Sign {
  /** That are at work on the area. */
  readonly threads: number;
  readonly at: number;
  /** Processor time that all of the process had used by then. */
  readonly cpu: number;
}

export class SilenceWatch {
  readonly #signs = new Map<Area, Sign>();
  readonly #timer: NodeJS.Timeout;

  constructor(onSilence: (area: Area, seconds: number) => never) {
    this.#timer = setInterval(() => {
      const now = sign(0);
      const threads = [...this.#signs.values()].reduce((sum, sign) => sum + sign.threads, 0);
      for (const [area, last] of this.#signs) {
        // What one thread had is not told apart from what the others had.
        const cpu = (now.cpu - last.cpu) / threads;
        const silent = now.at - last.at;
        if (cpu > CPU_LIMIT_MS || silent > LIMIT_MS) onSilence(area, Math.round(silent / 1000));
      }
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  alive(area: Area, threads = 1): void {
    this.#signs.set(area, sign(threads));
  }

  done(area: Area): void {
    this.#signs.delete(area);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function sign(threads: number): Sign {
  const { user, system } = process.cpuUsage();
  return { threads, at: performance.now(), cpu: (user + system) / 1000 };
}
