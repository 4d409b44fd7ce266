/**
 * The different requests of a stream. The unit may fetch for any of them at any time, whether it was made yet or
 * not; those that differ in what they do at the end of the same walk fetch alike, and one of them stands for all.
 */
import type { InvalidationCase, Request } from '../../../spec/schema.ts';

export interface Asker {
  readonly request: Request;
  /** It stands for the requests that walk as it does. */
  readonly fills: boolean;
  /**
   * The last step with a request of this device for this page, or of another requester: what was fetched serves no
   * later one. Others it may serve by paging-structure caches.
   */
  readonly until: number;
}

export interface Askers {
  readonly all: readonly Asker[];
  /** By number of the step: index in `all`. */
  readonly ofSteps: ReadonlyMap<number, number>;
  /** Requesters that make requests without PASID. */
  readonly history: ReadonlySet<number>;
}

/** Hexadecimal digits of an address, and those within a page. */
const DIGITS = 16;
const PAGE_DIGITS = 3;

export function askersOf({ steps }: InvalidationCase): Askers {
  const all: Omit<Asker, 'until'>[] = [];
  const pages: string[] = [];
  const lastOfPage = new Map<string, number>();
  const lastOfRequester = new Map<string, number>();
  const ofSteps = new Map<number, number>();
  const history = new Set<number>();
  const known = new Map<string, number>();
  const walks = new Set<string>();
  for (const [index, step] of steps.entries()) {
    if (step.step !== 'request') continue;
    const { request } = step;
    const { sourceId, address, op, kind = '', pasid, privileged, noWrite, lastInGroup } = request;
    const place = address.toString(DIGITS);
    const page = `${sourceId} ${place.slice(0, -PAGE_DIGITS)}`;
    lastOfPage.set(page, index);
    lastOfRequester.set(`${sourceId} ${pasid}`, index);
    const walk = `${page} ${kind} ${pasid} ${privileged}`;
    const key = `${walk} ${place.slice(-PAGE_DIGITS)} ${op} ${noWrite} ${lastInGroup}`;
    let asker = known.get(key);
    if (asker === undefined) {
      asker = all.length;
      known.set(key, asker);
      all.push({ request, fills: !walks.has(walk) });
      walks.add(walk);
      pages.push(page);
      if (pasid === undefined) history.add(sourceId);
    }
    ofSteps.set(index, asker);
  }
  const lasts = [...lastOfRequester].sort(([, one], [, other]) => other - one).slice(0, 2);
  const until = ({ request: { sourceId, pasid } }: (typeof all)[number], asker: number) => {
    const ofOthers = lasts.find(([requester]) => requester !== `${sourceId} ${pasid}`)?.[1] ?? 0;
    return Math.max(ofOthers, lastOfPage.get(pages[asker] ?? '') ?? 0);
  };
  return { all: all.map((asker, index) => ({ ...asker, until: until(asker, index) })), ofSteps, history };
}
