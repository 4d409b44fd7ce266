/** What each place is bound to, which writes are tracked, whose ATS is on: as requests left it. */
import {
  secondIndexOf,
  type Translation,
  translationFor,
} from '../../models/reference/domain-replace/entry.ts';
import type { DomainReplaceCase, DomainRequest } from '../../spec/schema.ts';
import { keyOf } from './place.ts';

/** The places that a request is about, and what requests of each shall reach; undefined: nothing. */
export type Wanted = ReadonlyMap<number, Translation | undefined>;

export class Bindings {
  /** Domains by place, those included that are blocked until they are detached: they may keep their domain id. */
  readonly attached = new Map<number, number>();
  readonly bound = new Map<number, Translation>();
  /** Places whose tables were released: they are still to be detached. */
  readonly released = new Set<number>();
  readonly #case: DomainReplaceCase;
  readonly #tracked = new Set<number>();

  constructor(testCase: DomainReplaceCase) {
    this.#case = testCase;
  }

  wantedBy(request: DomainRequest): Wanted {
    switch (request.request) {
      case 'attach':
        return new Map([[keyOf(request), this.#translation(request.domain)]]);
      case 'detach':
        return new Map([[keyOf(request), undefined]]);
      case 'release':
        return new Map(this.#boundTo((domain) => domain === request.domain).map(([key]) => [key, undefined]));
      case 'track-dirty': {
        const { on, domain: parent } = request;
        const { domains } = this.#case;
        const affected = this.#boundTo((domain) => secondIndexOf(domain, domains) === parent);
        return new Map(affected.map(([key, translation]) => [key, { ...translation, tracked: on }]));
      }
      case 'ats':
        return new Map();
    }
  }

  /** `request` is over; each place that it was about was `left` with something, and is `served` or not. */
  settle(
    request: DomainRequest,
    places: Iterable<{
      readonly key: number;
      readonly left: Translation | undefined;
      readonly served: boolean;
    }>,
    failed: boolean,
  ): void {
    for (const { key, left, served } of places) {
      if (left === undefined) this.bound.delete(key);
      else this.bound.set(key, left);
      if (!served) continue;
      if (request.request === 'release') this.released.add(key);
      else this.released.delete(key);
      if (request.request === 'attach') this.attached.set(key, request.domain);
      else if (request.request === 'detach') this.attached.delete(key);
    }
    if (request.request !== 'track-dirty' || failed) return;
    if (request.on) this.#tracked.add(request.domain);
    else this.#tracked.delete(request.domain);
  }

  #translation(index: number): Translation | undefined {
    const { domains } = this.#case;
    const domain = domains[index];
    const second = secondIndexOf(index, domains);
    const tracked = second !== undefined && this.#tracked.has(second);
    return domain === undefined ? undefined : translationFor(domain, domains, tracked);
  }

  #boundTo(is: (domain: number) => boolean): readonly [number, Translation][] {
    return [...this.bound].filter(([key]) => is(this.attached.get(key) ?? -1));
  }
}
