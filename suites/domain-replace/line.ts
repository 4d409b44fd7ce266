/**
 * One PASID table entry as hardware may see it. It is read in pieces of 128 bits, each at any moment (9), so
 * that since its copies were last dropped any mix of the values that the pieces had may be cached. Quanta 2 and 3
 * say nothing of translation.
 *
 * On a unit that does not snoop (ECAP.C = 0) memory may hold any value that was stored since the line was last
 * flushed, the one before included.
 *
 * Two assumptions in favour of drivers: a fetch does not straddle an invalidation that names its PASID, and
 * pieces that are stored while the entry is not present anywhere are seen by whoever sees it present later, as
 * drivers of present units rely on when they fill an entry and then set P.
 */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import { domainIdOf, type Translation, translationOf } from '../../models/reference/domain-replace/entry.ts';

export type Quantum = readonly [bigint, bigint];
export interface View {
  readonly q0: Quantum;
  readonly q1: Quantum;
}
/** An entry that hardware may act upon. */
export interface Seen {
  readonly did: number;
  readonly translation: Translation;
}
interface Box {
  readonly q0: readonly Quantum[];
  readonly q1: readonly Quantum[];
}

const ZERO: Quantum = [0n, 0n];

export class Line {
  readonly pasid: number;
  readonly #coherent: boolean;
  /** What the processor stored last. */
  #current: View = { q0: ZERO, q1: ZERO };
  /** What memory may hold. */
  #inMemory: Box = { q0: [ZERO], q1: [ZERO] };
  /** What may have been read since copies were last dropped. */
  #read: Box = { q0: [ZERO], q1: [ZERO] };
  /** Copies that invalidations of other domains left in the PASID-cache. */
  #kept: readonly Box[] = [];
  readonly #caching: boolean;
  /** A not-present entry may be cached that was replaced since. */
  #absentMayBeCached = false;
  /** Worked out when it is asked for. */
  #views: readonly Seen[] | undefined = [];

  /** `coherent`: ECAP.C. `caching`: CAP.CM. */
  constructor(pasid: number, coherent: boolean, caching: boolean) {
    this.pasid = pasid;
    this.#coherent = coherent;
    this.#caching = caching;
  }

  clone(): Line {
    const copy = new Line(this.pasid, this.#coherent, this.#caching);
    copy.#current = this.#current;
    copy.#inMemory = this.#inMemory;
    copy.#read = this.#read;
    copy.#kept = this.#kept;
    copy.#absentMayBeCached = this.#absentMayBeCached;
    copy.#views = this.#views;
    return copy;
  }

  /** Memory may not hold yet what was stored. */
  get mayBeBehind(): boolean {
    return this.#inMemory.q0.length > 1 || this.#inMemory.q1.length > 1;
  }

  /** The entry is present, and memory may not show it yet. */
  get mayBeSeenAbsent(): boolean {
    return isPresent(this.#current.q0) && !this.#inMemory.q0.every(isPresent);
  }

  get absentMayBeCached(): boolean {
    return this.#absentMayBeCached;
  }

  store(quantum: 0 | 1, value: Quantum): void {
    const name = quantum === 0 ? 'q0' : 'q1';
    const wasPresent = isPresent(this.#current.q0);
    this.#views = undefined;
    this.#current = { ...this.#current, [name]: value };
    if (quantum === 1 && !this.#mayBeSeenPresent()) {
      this.#inMemory = { ...this.#inMemory, q1: [value] };
      this.#read = { ...this.#read, q1: [value] };
      return;
    }
    if (this.#caching && quantum === 0 && !wasPresent && isPresent(value)) this.#absentMayBeCached = true;
    this.#inMemory = this.#coherent ? boxOf(this.#current) : added(this.#inMemory, name, value);
    this.#read = added(this.#read, name, value);
  }

  flush(): void {
    this.#inMemory = boxOf(this.#current);
  }

  /** A PASID-cache invalidation: copies that were cached under another domain stay. */
  drop({ did, pasid }: Extract<Invalidation, { cache: 'pasid' }>): void {
    if (pasid !== 'all' && pasid !== this.pasid) return;
    const matches = (q0: Quantum) => did === 'all' || domainIdOf(q0[1]) === did;
    const kept = [...this.#kept, this.#read].flatMap(({ q0, q1 }) => {
      const left = q0.filter((one) => isPresent(one) && !matches(one));
      return left.length === 0 ? [] : [{ q0: left, q1 }];
    });
    // Copies of what memory holds may be there again at once, and need not be kept twice.
    this.#kept = kept.filter((box) => !isWithin(box, this.#inMemory));
    this.#read = this.#inMemory;
    this.#views = undefined;
    // Cached faults carry DID 0 (6.6); drivers name the new domain, and emulators take both.
    const names = did === 'all' || did === 0 || did === domainIdOf(this.#current.q0[1]);
    if (names && this.#inMemory.q0.every(isPresent)) this.#absentMayBeCached = false;
  }

  /** All entries that hardware may act upon, from memory or from the PASID-cache. */
  get views(): readonly Seen[] {
    this.#views ??= [this.#read, ...this.#kept].flatMap(seenIn);
    return this.#views;
  }

  #mayBeSeenPresent(): boolean {
    return [this.#inMemory, this.#read].some(({ q0 }) => q0.some(isPresent));
  }
}

function seenIn({ q0, q1 }: Box): readonly Seen[] {
  const seen: Seen[] = [];
  for (const low of q0) {
    if (!isPresent(low)) continue;
    for (const first of q1) {
      const translation = translationOf(low[0], low[1], first[0]);
      if (translation !== undefined) seen.push({ did: domainIdOf(low[1]), translation });
    }
  }
  return seen;
}

function isPresent(q0: Quantum): boolean {
  return (q0[0] & 1n) === 1n;
}

function boxOf({ q0, q1 }: View): Box {
  return { q0: [q0], q1: [q1] };
}

function added(box: Box, name: 'q0' | 'q1', value: Quantum): Box {
  const known = box[name];
  if (known.some((one) => isSame(one, value))) return box;
  return { ...box, [name]: [...known, value] };
}

function isWithin(box: Box, other: Box): boolean {
  const inside = (some: readonly Quantum[], all: readonly Quantum[]) =>
    some.every((one) => all.some((known) => isSame(one, known)));
  return inside(box.q0, other.q0) && inside(box.q1, other.q1);
}

function isSame(a: Quantum, b: Quantum): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
