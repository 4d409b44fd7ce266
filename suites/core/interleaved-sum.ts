/** The interleavings of a run of the exhaustive mode, added up over its programs. */
import type { AreaResult } from '../../spec/schema.ts';
import type { Interleaved } from './area-suite.ts';

export class InterleavedSum {
  #programs = 0;
  #cut = 0;
  #states = 0;
  #count = 0n;

  add(interleaved: Interleaved | undefined): void {
    if (interleaved === undefined) return;
    const { count, states, isCut } = interleaved;
    this.#programs++;
    this.#count += count;
    this.#states += states;
    if (isCut) this.#cut++;
  }

  /** As a part of the result of an area; empty outside of the exhaustive mode. */
  result(): Pick<AreaResult, 'interleavings'> {
    if (this.#programs === 0) return {};
    return {
      interleavings: {
        programs: this.#programs,
        count: this.#count.toString(),
        states: this.#states,
        cut: this.#cut,
      },
    };
  }
}
