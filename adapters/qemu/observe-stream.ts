/** What the results of a list say about the steps of a stream. */
import type { InvalidationObservation } from '../../spec/schema.ts';
import { type Evidence, observe } from './observe.ts';
import { QIE } from './registers.ts';
import type { Answering, StreamProgram } from './stream-program.ts';

/** The answers of one stream. Throws an ImplementationFailure when a DMA never completed. */
export function observeStream(answering: readonly Answering[], evidence: Evidence): InvalidationObservation {
  const { results } = evidence;
  return {
    answers: answering.map((one) => {
      if (one.from === 'probe') return observe(one.probe, evidence);
      if (one.from === 'nothing') return { outcome: 'unobserved' };
      return { outcome: 'value', value: results[one.result] ?? 0n };
    }),
  };
}

/** Index of the first stream whose queue could not be disabled after it. */
export function stuckStream({ endings }: StreamProgram, { results }: Evidence): number | undefined {
  const stuck = endings.findIndex((ending) => ((results[ending] ?? 0n) & QIE) !== 0n);
  return stuck < 0 ? undefined : stuck;
}
