/** By which tags an IOTLB was looked up: what requests with them left there may serve later ones (Table 17). */
import type { Request } from '../../spec/schema.ts';

/** Of one requester, without PASID or with one. */
type Asker = Pick<Request, 'sourceId' | 'pasid'>;

export class Lookups {
  readonly #made = new Set<number>();

  /** A request with PASID that asks for privilege is served by what others left, and is not counted. */
  add({ privileged, ...asker }: Asker & Pick<Request, 'privileged'>): void {
    if (privileged !== true) this.#made.add(tagOf(asker));
  }

  has(asker: Asker): boolean {
    return this.#made.has(tagOf(asker));
  }
}

const SOURCE_IDS = 0x1_0000;

function tagOf({ sourceId, pasid = -1 }: Asker): number {
  return (pasid + 1) * SOURCE_IDS + sourceId;
}
