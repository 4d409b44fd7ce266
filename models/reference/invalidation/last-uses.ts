/** When the requests of a stream are made for the last time; looked for only when somebody asks. */
import type { Request, StreamStep } from '../../../spec/schema.ts';

export class LastUses {
  readonly #steps: readonly StreamStep[];
  #ofPages: Map<string, number> | undefined;
  /** Of the two requesters that came last, the last of them first. */
  #ofRequesters: readonly (readonly [requester: string, step: number])[] = [];

  constructor(steps: readonly StreamStep[]) {
    this.#steps = steps;
  }

  /** The last step with a request of this device for this page, or of another requester; 0 if there is none. */
  until(request: Request): number {
    const ofPages = this.#pages();
    const own = requesterOf(request);
    const ofOthers = this.#ofRequesters.find(([requester]) => requester !== own)?.[1] ?? 0;
    return Math.max(ofOthers, ofPages.get(pageOf(request)) ?? 0);
  }

  #pages(): Map<string, number> {
    if (this.#ofPages !== undefined) return this.#ofPages;
    this.#ofPages = new Map();
    const ofRequesters = new Map<string, number>();
    for (const [index, step] of this.#steps.entries()) {
      if (step.step !== 'request') continue;
      this.#ofPages.set(pageOf(step.request), index);
      ofRequesters.set(requesterOf(step.request), index);
    }
    this.#ofRequesters = [...ofRequesters].sort(([, one], [, other]) => other - one).slice(0, 2);
    return this.#ofPages;
  }
}

const pageOf = ({ sourceId, address }: Request): string => `${sourceId} ${address >> 12n}`;
const requesterOf = ({ sourceId, pasid }: Request): string => `${sourceId} ${pasid}`;
