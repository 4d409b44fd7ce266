/**
 * A time limit that counts only time in which a process could run. On a machine with more work than processors a right
 * implementation is silent for long, and what it did not say in time would be called a hang.
 */

/** Looks at the process in a limit. */
const LOOKS = 8;
/** So many limits are the end also of a process that waits for a processor all the time. */
const LONGEST = 10;

export class RunningTimeLimit {
  readonly #lookEveryMs: number;
  readonly #starvedMs: () => number;
  readonly #timer: NodeJS.Timeout;
  #over: NodeJS.Immediate | undefined;
  #looks = 0;
  /** Milliseconds in which the process could run, as far as they were looked at. */
  #granted = 0;
  #starvedBefore: number | undefined;

  /** `starvedMs` tells for how long the process has waited for a processor since it started. */
  constructor(limitMs: number, starvedMs: () => number, onOver: () => void) {
    this.#lookEveryMs = limitMs / LOOKS;
    this.#starvedMs = starvedMs;
    this.#timer = setTimeout(() => {
      this.#look();
      if (this.#granted < limitMs && this.#looks < LOOKS * LONGEST) this.#timer.refresh();
      // We may be the ones who slept: what has arrived meanwhile is heard first.
      else this.#over = setImmediate(onOver);
    }, this.#lookEveryMs);
  }

  /** The process gave a sign: all of its time begins anew. */
  restart(): void {
    clearImmediate(this.#over);
    this.#looks = 0;
    this.#granted = 0;
    this.#starvedBefore = undefined;
    this.#timer.refresh();
  }

  stop(): void {
    clearImmediate(this.#over);
    clearTimeout(this.#timer);
  }

  #look(): void {
    const starved = this.#starvedMs();
    // What it waited before the first look is not known: that part counts in full.
    const waited = starved - (this.#starvedBefore ?? starved);
    this.#starvedBefore = starved;
    this.#looks++;
    this.#granted += this.#lookEveryMs - Math.min(Math.max(waited, 0), this.#lookEveryMs);
  }
}
