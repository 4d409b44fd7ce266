/**
 * A unit that fetches on its own (VT-d 6.2.4, 6.2.5 forbid it nowhere): right before software changes memory
 * or submits descriptors, it walks for requests that it has seen, so that its caches hold all that they can then.
 * Or before every step for all requests of the stream, those too that are yet to come.
 */
import type { Request, StreamStep } from '../../../spec/schema.ts';
import { answerRequest } from '../translation.ts';
import type { TranslationUnit } from '../translation-unit.ts';
import type { CachingConfiguration } from './configuration.ts';
import type { RemappingState } from './remapping-state.ts';

/** Requests that are walked for, when they are those that were made. */
const MOST_KNOWN = 8;

export class Prefetcher {
  readonly #wanted: CachingConfiguration['prefetches'];
  readonly #requests: Request[] = [];
  #allowed = false;

  constructor({ prefetches }: CachingConfiguration) {
    this.#wanted = prefetches;
  }

  /** Nothing is fetched where the profile says that only requests fill caches. */
  reset({ capabilities, unit }: RemappingState, steps: readonly StreamStep[]): void {
    this.#allowed = this.#wanted !== 'nothing' && capabilities.fillsOnItsOwn;
    this.#requests.length = 0;
    if (!this.#allowed || this.#wanted !== 'everything') return;
    for (const step of steps) if (step.step === 'request') this.#add(asRead(step.request, unit));
  }

  /** Does what is to be done before `step`. */
  startStep(step: StreamStep, state: RemappingState): void {
    if (!this.#allowed) return;
    if (this.#wanted === 'everything') this.#walk(state);
    else if (step.step === 'request') {
      if (this.#requests.length < MOST_KNOWN) this.#add(step.request);
    } else if (step.step === 'store' || step.step === 'submit') this.#walk(state);
  }

  /** Page requests fill nothing. */
  #add(request: Request): void {
    if (request.kind !== 'page-request') this.#requests.push(request);
  }

  #walk({ translating, unit, rootHigh, rootLow }: RemappingState): void {
    if (!translating) return;
    for (const request of this.#requests) answerRequest(unit, rootHigh, rootLow, request);
  }
}

/** Nothing becomes dirty before it is written (3.6.2, 3.7.2). */
function asRead(request: Request, { noWriteFlag }: TranslationUnit): Request {
  const { kind = 'untranslated' } = request;
  if (kind === 'translated') return request;
  return { ...request, kind: noWriteFlag ? kind : 'untranslated', op: 'read', noWrite: true };
}
