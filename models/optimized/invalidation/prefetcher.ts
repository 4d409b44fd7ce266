/**
 * A unit that fetches on its own (VT-d 6.2.4, 6.2.5 forbid it nowhere): right before software changes memory
 * or submits descriptors, it walks for requests that it has seen, so that its caches hold all that they can then.
 */
import type { Request } from '../../../spec/schema.ts';
import { answerRequest } from '../translation.ts';
import type { CachingConfiguration } from './configuration.ts';
import type { RemappingState } from './remapping-state.ts';

/** Requests that are walked for. */
const MOST = 8;

export class Prefetcher {
  readonly #wanted: boolean;
  readonly #requests: Request[] = [];
  #allowed = false;

  constructor({ prefetches }: CachingConfiguration) {
    this.#wanted = prefetches;
  }

  /** `allowed`: the profile does not say that only requests fill caches. */
  reset(allowed: boolean): void {
    this.#allowed = this.#wanted && allowed;
    this.#requests.length = 0;
  }

  /** Page requests fill nothing. */
  learn(request: Request): void {
    if (this.#allowed && request.kind !== 'page-request' && this.#requests.length < MOST)
      this.#requests.push(request);
  }

  walk({ translating, unit, rootHigh, rootLow }: RemappingState): void {
    if (!translating) return;
    for (const request of this.#requests) answerRequest(unit, rootHigh, rootLow, request);
  }
}
