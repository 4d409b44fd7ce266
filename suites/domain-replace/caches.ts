/**
 * Everything that caches of a unit and of its devices may hold: an upper bound, filled by whatever hardware may
 * fetch. Invalidations take away what they must; all else may stay for ever, and nothing need stay.
 *
 * Lookup and invalidation tags follow Table 17, match tables 6.5.2. An IOTLB entry is looked up by source id and
 * PASID, so that it serves requests whose PASID table entry names another domain by now; first-stage structures
 * are shared by domain id and PASID, second-stage structures by domain id.
 */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import {
  domainIdOf,
  type Translation,
  translationOf,
  usesFirst,
  usesSecond,
} from '../../models/reference/domain-replace/entry.ts';
import type { Line, Quantum } from './line.ts';

/** Requests of one device, without PASID (`pasid` 0) or with one. */
export interface Slot {
  readonly key: string;
  readonly sourceId: number;
  readonly pasid: number;
  /** The device has a Device-TLB. */
  readonly ats: boolean;
  /** The PASID table entry as hardware may see it. */
  readonly line: Line;
}

interface Leaf {
  readonly key: string;
  readonly did: number;
  readonly pasid: number;
  readonly translation: Translation;
}
interface FirstStructure {
  readonly did: number;
  readonly pasid: number;
  readonly isNested: boolean;
  readonly first: string;
}
interface SecondStructure {
  readonly did: number;
  readonly second: string;
}
interface DeviceEntry {
  readonly key: string;
  readonly sourceId: number;
  readonly pasid: number;
  readonly translation: Translation;
}

export class Caches {
  readonly leaves = new Map<string, Leaf>();
  readonly devices = new Map<string, DeviceEntry>();
  readonly #firsts = new Map<string, FirstStructure>();
  readonly #seconds = new Map<string, SecondStructure>();

  clone(): Caches {
    const copy = new Caches();
    for (const [text, one] of this.leaves) copy.leaves.set(text, one);
    for (const [text, one] of this.devices) copy.devices.set(text, one);
    for (const [text, one] of this.#firsts) copy.#firsts.set(text, one);
    for (const [text, one] of this.#seconds) copy.#seconds.set(text, one);
    return copy;
  }

  /** Lets hardware fetch until nothing new can be fetched. */
  fill(slots: Iterable<Slot>): void {
    const all = [...slots];
    for (let before = -1; before !== this.#size(); ) {
      before = this.#size();
      for (const slot of all) for (const view of slot.line.views()) this.#walk(slot, view);
      this.#answerDevices(all);
    }
  }

  /** Drops what `invalidation` must drop; the translations that went. */
  drop(invalidation: Invalidation): readonly Held[] {
    if (invalidation.cache === 'iotlb') return this.#dropDomain(invalidation);
    if (invalidation.cache === 'pasid-iotlb') return this.#dropPasid(invalidation);
    if (invalidation.cache !== 'device-tlb' || !invalidation.whole) return nothing;
    const { sourceId, pasid } = invalidation;
    return removeFrom(this.devices, (one) => {
      return one.sourceId === sourceId && isOf(pasid, one.pasid);
    });
  }

  /** What IOTLB and Device-TLB may answer to requests of the slot. */
  held(key: string): { readonly iotlb: readonly Translation[]; readonly device: readonly Translation[] } {
    const of = (entries: Iterable<Leaf | DeviceEntry>) =>
      [...entries].filter((one) => one.key === key).map(({ translation }) => translation);
    return { iotlb: of(this.leaves.values()), device: of(this.devices.values()) };
  }

  #size(): number {
    return this.leaves.size + this.devices.size + this.#firsts.size + this.#seconds.size;
  }

  /** Walks by an entry as it was seen, each stage from its own table or from a cached structure. */
  #walk(slot: Slot, { q0, q1 }: { readonly q0: Quantum; readonly q1: Quantum }): void {
    const own = translationOf(q0[0], q1[0]);
    if (own === undefined) return;
    const { kind } = own;
    const did = domainIdOf(q0[1]);
    const isNested = kind === 'nested';
    const firsts = new Set([own.first]);
    if (usesFirst(kind)) {
      for (const one of this.#firsts.values()) {
        if (one.did === did && one.pasid === slot.pasid && one.isNested === isNested) firsts.add(one.first);
      }
    }
    const seconds = new Set([own.second]);
    if (usesSecond(kind)) {
      for (const one of this.#seconds.values()) if (one.did === did) seconds.add(one.second);
    }
    for (const first of firsts) {
      if (usesFirst(kind)) {
        const structure = { did, pasid: slot.pasid, isNested, first };
        this.#firsts.set(`${did} ${slot.pasid} ${isNested} ${first}`, structure);
      }
      for (const second of seconds) {
        if (usesSecond(kind)) this.#seconds.set(`${did} ${second}`, { did, second });
        const translation = { kind, first, second };
        const leaf = { key: slot.key, did, pasid: slot.pasid, translation };
        this.leaves.set(`${slot.key} ${did} ${kind} ${first} ${second}`, leaf);
      }
    }
  }

  #answerDevices(slots: readonly Slot[]): void {
    for (const { key, sourceId, pasid, ats } of slots) {
      if (!ats) continue;
      for (const leaf of this.leaves.values()) {
        if (leaf.key !== key) continue;
        const { kind, first, second } = leaf.translation;
        const entry = { key, sourceId, pasid, translation: leaf.translation };
        this.devices.set(`${key} ${kind} ${first} ${second}`, entry);
      }
    }
  }

  /** Table 23: a page of a domain drops first-stage and nested translations as a whole. */
  #dropDomain({ did, whole }: Extract<Invalidation, { cache: 'iotlb' }>): readonly Held[] {
    const named = (one: { readonly did: number }) => did === 'all' || one.did === did;
    removeFrom(this.#firsts, named);
    if (whole) removeFrom(this.#seconds, named);
    return removeFrom(this.leaves, (one) => named(one) && (whole || usesFirst(one.translation.kind)));
  }

  /** Table 24: second-stage structures stay. A range drops nothing that can be relied upon. */
  #dropPasid({ did, pasid, whole, upper }: Extract<Invalidation, { cache: 'pasid-iotlb' }>): readonly Held[] {
    if (!whole) return nothing;
    const named = (one: Leaf | FirstStructure) => one.did === did && one.pasid === pasid;
    if (upper) removeFrom(this.#firsts, named);
    return removeFrom(this.leaves, named);
  }
}

/** What an IOTLB or a Device-TLB holds for a slot. */
export type Held = Pick<Leaf, 'key' | 'translation'>;
const nothing: readonly Held[] = [];

/** Whether a Device-TLB invalidation with `named` is about requests with `pasid`, 0 where they have none. */
export function isOf(named: number | 'all' | 'none', pasid: number): boolean {
  if (named === 'none') return pasid === 0;
  return pasid !== 0 && (named === 'all' || named === pasid);
}

/** Removes those that are meant; those of them that translate. */
function removeFrom<T extends object>(entries: Map<string, T>, is: (one: T) => boolean): readonly Held[] {
  const held: Held[] = [];
  for (const [text, one] of entries) {
    if (!is(one)) continue;
    entries.delete(text);
    if (isHeld(one)) held.push(one);
  }
  return held;
}

function isHeld(one: object): one is Held {
  return 'translation' in one;
}
