/** What the results of a list say about the steps of a stream. */
import type { InvalidationObservation, StreamAnswer } from '../../spec/schema.ts';
import { type Evidence, observe } from './observe.ts';
import { QIE } from './registers.ts';
import type { Answering, StreamProgram } from './stream-program.ts';

/** The answers of stream number `index`. Throws an ImplementationFailure when a DMA never completed. */
export function observeStream(
  { answering, looks }: StreamProgram,
  index: number,
  evidence: Evidence,
): InvalidationObservation {
  const { results } = evidence;
  const answers = (answering[index] ?? []).map((one) => answerOf(one, evidence));
  return {
    answers,
    queue: (looks[index] ?? []).map((result) => ({
      faultStatus: Number(results[result] ?? 0n),
      head: results[result + 1] ?? 0n,
    })),
  };
}

function answerOf(one: Answering, evidence: Evidence): StreamAnswer {
  if (one.from === 'probe') return observe(one.probe, evidence);
  if (one.from === 'nothing') return { outcome: 'unobserved' };
  return { outcome: 'value', value: evidence.results[one.result] ?? 0n };
}

/** Index of the first stream whose queue could not be disabled after it. */
export function stuckStream({ endings }: StreamProgram, { results }: Evidence): number | undefined {
  const stuck = endings.findIndex((ending) => ((results[ending] ?? 0n) & QIE) !== 0n);
  return stuck < 0 ? undefined : stuck;
}
