/** Some cases that are answered together, by one process after the other. */
import type { BatchAnswer, ImplementationFailure } from '../../spec/implementation.ts';
import type { Case } from '../../spec/schema.ts';
import type { Limits } from './limits.ts';

export class Batch {
  readonly cases: readonly Case[];
  readonly #answers: (BatchAnswer | undefined)[];
  readonly #unrepeated = new Map<number, ImplementationFailure>();
  readonly #limits: Limits;
  #next = 0;
  #hangs = 0;

  constructor(cases: readonly Case[], limits: Limits) {
    this.cases = cases;
    this.#answers = cases.map(() => undefined);
    this.#limits = limits;
  }

  /** The index of a case that nobody has taken, or undefined. */
  take(): number | undefined {
    return this.#next < this.cases.length ? this.#next++ : undefined;
  }

  /** Why no more cases are asked, when that is so. */
  get given(): string | undefined {
    const { hangsInBatch } = this.#limits;
    return this.#hangs >= hangsInBatch ? `given up: ${hangsInBatch} cases hang` : undefined;
  }

  /** The first answer to a case counts. */
  answer(index: number, answer: BatchAnswer): void {
    this.#answers[index] ??= answer;
  }

  /** Case `index` ended its process by `failure`, even though it may have been answered before that. */
  blame(index: number, failure: ImplementationFailure): void {
    this.#answers[index] = { error: failure };
    if (failure.kind === 'hang') this.#hangs++;
  }

  /** A process ended by `failure` while it had case `index`, and no case did that again when asked alone. */
  note(index: number, failure: ImplementationFailure): void {
    if (!this.#unrepeated.has(index)) this.#unrepeated.set(index, failure);
  }

  /** One answer a case; those who got none have `broken` to blame, or were given up. */
  answers(broken: ImplementationFailure | undefined): readonly BatchAnswer[] {
    const answers = this.#answers.map(
      (answer) => answer ?? (broken ? { error: broken } : { skip: this.given ?? 'given up' }),
    );
    for (const [index, unrepeated] of this.#unrepeated) {
      // Whoever met it may have passed its case over: then it is told with the first that was answered.
      const witness = [answers[index], ...answers].find((answer) => answer && 'observation' in answer);
      if (witness && 'observation' in witness) answers[answers.indexOf(witness)] = { ...witness, unrepeated };
    }
    return answers;
  }
}
