/**
 * The different requests of a stream. The unit may fetch for any of them at any time, whether it was made yet or
 * not; those that differ in what they do at the end of the same walk fetch alike, and one of them stands for all.
 */
import type { InvalidationCase, Request } from '../../../spec/schema.ts';
import { Lookups } from '../lookups.ts';
import { LastUses } from './last-uses.ts';

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
  /** What the requests look up. */
  readonly history: Lookups;
}

export function askersOf({ steps }: InvalidationCase): Askers {
  const all: KnownAsker[] = [];
  const ofSteps = new Map<number, number>();
  const history = new Lookups();
  /** By what `hashOf` gives: those that may walk alike. */
  const alike = new Map<number, number[]>();
  const uses = new LastUses(steps);
  const numberOf = (request: Request): number => {
    const hash = hashOf(request);
    const known = alike.get(hash) ?? [];
    const found = known.find((one) => isSame((all[one] as Asker).request, request));
    if (found !== undefined) return found;
    const asker = all.length;
    const fills = !known.some((one) => walksAlike((all[one] as Asker).request, request));
    all.push(new KnownAsker(request, fills, uses));
    if (known.push(asker) === 1) alike.set(hash, known);
    return asker;
  };
  for (const [index, step] of steps.entries()) {
    if (step.step !== 'request') continue;
    const { request } = step;
    ofSteps.set(index, numberOf(request));
    // A device may not ask for translations, but its accesses are translated: the unit may fetch for these (6.2).
    if (request.kind === 'translation') numberOf({ ...request, kind: 'untranslated', op: 'read' });
    history.add(request);
  }
  return { all, ofSteps, history };
}

function hashOf({ sourceId, pasid = -1, address }: Request): number {
  return Math.imul(Math.imul(sourceId, 31) ^ pasid, 31) ^ Number(BigInt.asIntN(32, address >> 12n));
}

function walksAlike(one: Request, other: Request): boolean {
  return (
    one.sourceId === other.sourceId &&
    one.address >> 12n === other.address >> 12n &&
    one.kind === other.kind &&
    one.pasid === other.pasid &&
    one.privileged === other.privileged
  );
}

function isSame(one: Request, other: Request): boolean {
  return (
    walksAlike(one, other) &&
    one.address === other.address &&
    one.op === other.op &&
    one.noWrite === other.noWrite &&
    one.lastInGroup === other.lastInGroup
  );
}

class KnownAsker implements Asker {
  readonly request: Request;
  readonly fills: boolean;
  readonly #uses: LastUses;
  #until: number | undefined;

  constructor(request: Request, fills: boolean, uses: LastUses) {
    this.request = request;
    this.fills = fills;
    this.#uses = uses;
  }

  get until(): number {
    this.#until ??= this.#uses.until(this.request);
    return this.#until;
  }
}
