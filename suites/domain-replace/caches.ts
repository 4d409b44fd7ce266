/**
 * Everything that caches of a unit and of its devices may hold: an upper bound, filled by whatever hardware may
 * fetch. Invalidations take away what they must; all else may stay for ever, and nothing need stay.
 *
 * Lookup and invalidation tags follow Table 17, match tables 6.5.2. An IOTLB entry is looked up by source id and
 * PASID, so that it serves requests whose PASID table entry names another domain by now; first-stage structures
 * are shared by domain id and PASID, second-stage structures by domain id. Of those nothing tells whether writes
 * are tracked: that is in the leaf alone.
 */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import {
  hasSameTables,
  type Translation,
  usesFirst,
  usesSecond,
} from '../../models/reference/domain-replace/entry.ts';
import type { Line, Seen } from './line.ts';
import type { Place } from './place.ts';

/** What is held for the requests of one place. */
export interface Slot {
  readonly place: Place;
  /** The PASID table entry as hardware may see it. */
  readonly line: Line;
  /** The IOTLB, with the domain ids of its entries. */
  leaves: Seen[];
  /** The Device-TLB. */
  device: Translation[];
  /** ATS is on: there is one. */
  ats: boolean;
}

interface FirstStructure {
  readonly did: number;
  readonly pasid: number;
  readonly isNested: boolean;
  readonly first: bigint;
}
interface SecondStructure {
  readonly did: number;
  readonly second: bigint;
}

export class Caches {
  #firsts: FirstStructure[];
  #seconds: SecondStructure[];

  constructor(firsts: FirstStructure[] = [], seconds: SecondStructure[] = []) {
    this.#firsts = firsts;
    this.#seconds = seconds;
  }

  clone(): Caches {
    return new Caches([...this.#firsts], [...this.#seconds]);
  }

  /** Lets hardware fetch by the entry of `changed`, and by others what it left them, until nothing is new. */
  fill(changed: Slot, slots: Iterable<Slot>): void {
    if (this.#walkAll(changed)) this.refill(slots);
  }

  /** Lets hardware fetch by every entry until nothing new can be fetched. */
  refill(slots: Iterable<Slot>): void {
    const all = [...slots];
    for (let isNew = true; isNew; ) {
      isNew = false;
      for (const slot of all) if (this.#walkAll(slot)) isNew = true;
    }
  }

  /** Drops what `invalidation` must drop, and lets hardware fetch again. */
  drop(invalidation: Invalidation, slots: Iterable<Slot>): void {
    switch (invalidation.cache) {
      case 'iotlb':
        this.#dropDomain(invalidation, slots);
        this.refill(slots);
        break;
      case 'pasid-iotlb':
        this.#dropPasid(invalidation, slots);
        this.refill(slots);
        break;
      case 'device-tlb': {
        const { sourceId, pasid, whole } = invalidation;
        if (!whole) return;
        for (const slot of slots) {
          if (slot.place.sourceId !== sourceId || !isOf(pasid, slot.place.pasid)) continue;
          slot.device = [];
          answerDevice(slot);
        }
      }
    }
  }

  /** True when structures came that others may use. */
  #walkAll(slot: Slot): boolean {
    let isNew = false;
    for (const seen of slot.line.views) if (this.#walk(slot, seen)) isNew = true;
    answerDevice(slot);
    return isNew;
  }

  /** Walks by an entry as it was seen, each stage from its own table or from a cached structure. */
  #walk(slot: Slot, { did, translation }: Seen): boolean {
    const { kind } = translation;
    const { pasid } = slot.place;
    const isNested = kind === 'nested';
    let isNew = false;
    if (usesFirst(kind)) isNew = this.#addFirst({ did, pasid, isNested, first: translation.first });
    if (usesSecond(kind)) isNew = this.#addSecond({ did, second: translation.second }) || isNew;
    addLeaf(slot, { did, translation });
    for (const { first } of usesFirst(kind) ? this.#firstsOf(did, pasid, isNested) : [translation]) {
      for (const { second } of usesSecond(kind) ? this.#secondsOf(did) : [translation]) {
        if (first === translation.first && second === translation.second) continue;
        addLeaf(slot, { did, translation: { ...translation, first, second } });
      }
    }
    return isNew;
  }

  #firstsOf(did: number, pasid: number, isNested: boolean): readonly FirstStructure[] {
    return this.#firsts.filter((one) => one.did === did && one.pasid === pasid && one.isNested === isNested);
  }

  #secondsOf(did: number): readonly SecondStructure[] {
    return this.#seconds.filter((one) => one.did === did);
  }

  #addFirst(added: FirstStructure): boolean {
    const { did, pasid, isNested, first } = added;
    for (const one of this.#firsts) {
      if (one.did === did && one.first === first && one.pasid === pasid && one.isNested === isNested)
        return false;
    }
    this.#firsts.push(added);
    return true;
  }

  #addSecond(added: SecondStructure): boolean {
    for (const one of this.#seconds) if (one.did === added.did && one.second === added.second) return false;
    this.#seconds.push(added);
    return true;
  }

  /** Table 23: a page of a domain drops first-stage and nested translations as a whole. */
  #dropDomain({ did, whole }: Extract<Invalidation, { cache: 'iotlb' }>, slots: Iterable<Slot>): void {
    const stays = (one: { readonly did: number }) => did !== 'all' && one.did !== did;
    this.#firsts = this.#firsts.filter(stays);
    if (whole) this.#seconds = this.#seconds.filter(stays);
    for (const slot of slots) {
      slot.leaves = slot.leaves.filter(
        (leaf) => stays(leaf) || (!whole && !usesFirst(leaf.translation.kind)),
      );
    }
  }

  /** Table 24: second-stage structures stay. A range drops nothing that can be relied upon. */
  #dropPasid(
    { did, pasid, whole, byPage, upper }: Extract<Invalidation, { cache: 'pasid-iotlb' }>,
    slots: Iterable<Slot>,
  ): void {
    if (!whole) return;
    if (upper) this.#firsts = this.#firsts.filter((one) => one.did !== did || one.pasid !== pasid);
    for (const slot of slots) {
      if (slot.place.pasid !== pasid) continue;
      slot.leaves = slot.leaves.filter(
        (leaf) => leaf.did !== did || (byPage && !usesFirst(leaf.translation.kind)),
      );
    }
  }
}

/** A Device-TLB may be given whatever the IOTLB has. */
function answerDevice({ ats, leaves, device }: Slot): void {
  if (!ats) return;
  for (const { translation } of leaves) {
    if (!device.some((one) => isEqual(one, translation))) device.push(translation);
  }
}

/** Whether a Device-TLB invalidation with `named` is about requests with `pasid`, 0 where they have none. */
export function isOf(named: number | 'all' | 'none', pasid: number): boolean {
  if (named === 'none') return pasid === 0;
  return pasid !== 0 && (named === 'all' || named === pasid);
}

function addLeaf({ leaves }: Slot, added: Seen): void {
  for (const one of leaves) {
    if (one.did === added.did && isEqual(one.translation, added.translation)) return;
  }
  leaves.push(added);
}

function isEqual(a: Translation, b: Translation): boolean {
  return hasSameTables(a, b) && a.tracked === b.tracked;
}
