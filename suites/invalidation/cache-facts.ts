/**
 * What the answers show of the caches of an implementation: where a stale answer was allowed and differed
 * from the fresh one, whether it was given, and from which entry. Facts, not verdicts (VT-d 6.2: every cache
 * is optional, and what it holds may go at any time).
 */
import type { CachedEntry, RequestOption } from '../../models/reference/invalidation/expectation.ts';
import type { Request } from '../../spec/schema.ts';
import type { Fact } from '../core/area-suite.ts';

/** An entry that was held from before step `from` to step `to`, told apart by what was asked. */
interface Held {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** Numbers of entries that a fact is made of. */
const COUNTS = [2, 4, 8, 16, 32] as const;

export class CacheFacts {
  readonly #facts: Fact[] = [];
  readonly #possible: Held[] = [];
  readonly #held: Held[] = [];

  /** One request at step `index`: everything that was allowed, and what agrees with the answer. */
  add(
    index: number,
    request: Request,
    options: readonly RequestOption[],
    agreeing: readonly RequestOption[],
  ): void {
    const stale = options.filter(isStale);
    if (stale.length === 0) return;
    const isFresh = agreeing.some(({ witness }) => witness === undefined);
    const given = agreeing.filter(isStale);
    // An answer that memory and a cache have in common shows nothing of either.
    if (isFresh && given.length > 0) return;
    const kinds = new Map(stale.map((option) => [option, kindsOf(option)]));
    for (const kind of new Set([...kinds.values()].flat())) {
      const needed = given.filter((option) => kinds.get(option)?.includes(kind)).length;
      if (needed === 0 || needed === given.length) this.#facts.push({ fact: kind, seen: needed > 0 });
    }
    for (const option of stale) this.#possible.push(...heldBy(index, request, option));
    const [only, ...others] = given;
    if (only !== undefined && others.length === 0) this.#held.push(...heldBy(index, request, only));
  }

  facts(): readonly Fact[] {
    const possible = mostAtOnce(this.#possible);
    if (possible < COUNTS[0]) return this.#facts;
    const held = mostAtOnce(this.#held);
    const counts = COUNTS.filter((count) => count <= possible);
    return [
      ...this.#facts,
      ...counts.map((count) => ({
        fact: `${count} or more stale IOTLB entries are held at once`,
        seen: held >= count,
      })),
    ];
  }
}

function isStale({ witness }: RequestOption): boolean {
  return witness !== undefined;
}

/** The facts that an answer from these entries shows. */
function kindsOf({ witness }: RequestOption): readonly string[] {
  return (witness?.entries ?? []).flatMap((entry) => {
    const kept = `${nameOf(entry)} is kept`;
    return [kept, ...entry.spared.map((rule) => `${kept} over ${rule.replace(/^invalidation\./, '')}`)];
  });
}

const cacheTitles: Readonly<Record<CachedEntry['cache'], string>> = {
  context: 'context entry',
  pasid: 'PASID-cache entry',
  iotlb: 'IOTLB entry',
  'first-stage': 'first-stage structure entry',
  combined: 'combined structure entry',
  'second-stage': 'second-stage structure entry',
  'host-permission-leaf': 'host permission leaf entry',
  'host-permission': 'host permission structure entry',
};

/** Such as `second-stage IOTLB entry of 2 MiB`. */
export function nameOf({ cache, pageBits, pgtt, faulting }: CachedEntry): string {
  const type = cache === 'iotlb' || cache === 'pasid' ? (pgtt ?? (cache === 'iotlb' ? 'legacy' : '')) : '';
  const size = pageBits === undefined ? '' : `of ${sizeName(pageBits)}`;
  return [faulting ? 'faulting' : '', type, cacheTitles[cache], size].filter((part) => part !== '').join(' ');
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

function sizeName(pageBits: number): string {
  const unit = Math.floor(pageBits / 10);
  return `${2 ** (pageBits - 10 * unit)} ${units[unit]}`;
}

/** Entries of the IOTLB: what is asked for tells them apart. */
function heldBy(
  index: number,
  { sourceId, pasid, address }: Request,
  { witness }: RequestOption,
): readonly Held[] {
  return (witness?.entries ?? [])
    .filter(({ cache }) => cache === 'iotlb')
    .map(({ pageBits = 12, filledBefore }) => ({
      key: `${sourceId} ${pasid} ${address >> BigInt(pageBits)} ${pageBits}`,
      from: filledBefore,
      to: index,
    }));
}

/** The greatest number of different entries that were there at one moment; `held` is in the order of `to`. */
function mostAtOnce(held: readonly Held[]): number {
  const spans = new Map<string, Held[]>();
  for (const one of held) {
    const known = spans.get(one.key) ?? [];
    const last = known.at(-1);
    if (known.length === 0) spans.set(one.key, known);
    if (last === undefined || last.to < one.from) known.push(one);
    else known[known.length - 1] = { ...one, from: Math.min(last.from, one.from) };
  }
  // At the same step entries come before others go: held up to and with it.
  const events = [...spans.values()]
    .flat()
    .flatMap(({ from, to }) => [
      { at: from, change: 1 },
      { at: to + 0.5, change: -1 },
    ])
    .toSorted((a, b) => a.at - b.at);
  let [there, most] = [0, 0];
  for (const { change } of events) {
    there += change;
    most = Math.max(most, there);
  }
  return most;
}
