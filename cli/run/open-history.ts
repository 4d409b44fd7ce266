/** A history of area `invalidation` as its lines come in, up to the whole stream. */
import type { HistoryHeader } from '../../spec/schema/history.ts';
import {
  type InvalidationCase,
  type InvalidationObservation,
  MOST_STEPS,
  type QueueState,
  type StreamAnswer,
  type StreamStep,
} from '../../spec/schema.ts';
import type { Recorded } from '../../suites/core/recorded.ts';
import { isAnswered } from '../../suites/invalidation/judge.ts';

export interface StepLine {
  readonly step: StreamStep;
  readonly answer?: StreamAnswer | undefined;
  readonly queue?: QueueState | undefined;
}

export class OpenHistory {
  readonly #header: HistoryHeader;
  readonly #headerLine: number;
  readonly #steps: StreamStep[] = [];
  readonly #answers: StreamAnswer[] = [];
  readonly #queue: QueueState[] = [];
  readonly #lines: number[] = [];

  constructor(header: HistoryHeader, line: number) {
    this.#header = header;
    this.#headerLine = line;
  }

  /** Why the step can't stand here; undefined when it was taken. */
  add({ step, answer, queue }: StepLine, line: number): string | undefined {
    if (this.#steps.length === MOST_STEPS) {
      return `more than ${MOST_STEPS} steps in the history that begins at line ${this.#headerLine}: begin another one where all caches are empty`;
    }
    if (answer !== undefined && !isAnswered(step)) return `answer: a ${step.step} has none`;
    if ((queue !== undefined) !== this.#queue.length > 0 && this.#steps.length > 0) {
      return `queue: expected on every step of a history or on none, not ${queue ? 'on this one only' : 'left out'}`;
    }
    this.#steps.push(step);
    if (isAnswered(step)) this.#answers.push(answer ?? { outcome: 'unobserved' });
    if (queue !== undefined) this.#queue.push(queue);
    this.#lines.push(line);
    return undefined;
  }

  recorded(): Recorded<'invalidation'> {
    const { profile, rtaddr, translationEnabled, iqa, memory } = this.#header;
    const testCase: InvalidationCase = {
      area: 'invalidation',
      profile,
      rtaddr,
      translationEnabled,
      ...(iqa === undefined ? {} : { iqa }),
      memory,
      steps: this.#steps,
    };
    const observation: InvalidationObservation = {
      answers: this.#answers,
      ...(this.#queue.length > 0 ? { queue: this.#queue } : {}),
    };
    return {
      testCase,
      observation,
      line: (step) => (step === undefined ? undefined : this.#lines[step]) ?? this.#headerLine,
    };
  }
}
