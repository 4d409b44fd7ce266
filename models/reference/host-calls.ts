/** The calls that a reference unit makes to its host: those of one step at a time, and which of them the case lets fail. */
import type { Mismatch } from '../../spec/schema.ts';

interface Host<Call> {
  /** Does the call, or nothing when it has failed; a rule that it breaks. */
  make(call: Call, failed: boolean): Mismatch | undefined;
}

export class HostCalls<Call> {
  /** Calls of the step, in order. */
  made: Call[] = [];
  /** One of them failed. */
  hasFailed = false;
  readonly #host: Host<Call>;
  readonly #failing: ReadonlySet<number>;
  #number = 0;

  /** `failing`: numbers of calls, counted over all steps. */
  constructor(host: Host<Call>, failing: Iterable<number>) {
    this.#host = host;
    this.#failing = new Set(failing);
  }

  startStep(): void {
    this.made = [];
    this.hasFailed = false;
  }

  /** True when the host did it. Throws when the reference itself breaks a rule. */
  make(call: Call): boolean {
    const failed = this.#failing.has(this.#number++);
    const breach = this.#host.make(call, failed);
    if (breach)
      throw new Error(`the reference breaks ${breach.rule}: ${breach.expected}, ${breach.observed}`);
    this.made.push(call);
    if (failed) this.hasFailed = true;
    return !failed;
  }
}
