/** The interleavings of a run of the exhaustive mode, added up over its programs. */
import type { AreaResult } from '../../spec/schema.ts';
import type { Interleaved } from './area-suite.ts';

export class InterleavedSum {
  readonly sum = { programs: 0, count: 0n, states: 0, cut: 0 };

  add(interleaved: Interleaved | undefined): void {
    if (interleaved === undefined) return;
    const { count, states, isCut } = interleaved;
    this.addAll({ sum: { programs: 1, count, states, cut: isCut ? 1 : 0 } });
  }

  addAll({ sum: { programs, count, states, cut } }: Pick<InterleavedSum, 'sum'>): void {
    this.sum.programs += programs;
    this.sum.count += count;
    this.sum.states += states;
    this.sum.cut += cut;
  }

  /** As a part of the result of an area; empty outside of the exhaustive mode. */
  result(): Pick<AreaResult, 'interleavings'> {
    if (this.sum.programs === 0) return {};
    return { interleavings: { ...this.sum, count: this.sum.count.toString() } };
  }
}
