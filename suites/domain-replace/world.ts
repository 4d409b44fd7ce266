/**
 * One state of the adversary: what memory, PASID-cache, IOTLB, paging-structure caches and Device-TLBs may hold.
 * Fewer invalidations executed means a larger state, so that two states are enough: the one in which nothing of
 * what the driver did not wait for was executed yet, and the one in which all was, each at once and in the order
 * of the queue. An invalidation that is executed later drops more, and 6.5.5 reverses no such pair. Only stores
 * make a state larger.
 */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import type { Translation } from '../../models/reference/domain-replace/entry.ts';
import { Caches, type Slot } from './caches.ts';
import { Line, type Quantum } from './line.ts';
import type { Place } from './place.ts';

export interface Reach {
  /** By the entry itself, as memory or the PASID-cache may have it. */
  readonly entry: readonly Translation[];
  readonly iotlb: readonly Translation[];
  readonly device: readonly Translation[];
}

/** ECAP.C and CAP.CM. */
export interface UnitTraits {
  readonly coherent: boolean;
  readonly caching: boolean;
}

export class World {
  readonly slots: Map<number, Slot>;
  readonly #caches: Caches;
  readonly #unit: UnitTraits;

  constructor(unit: UnitTraits, slots = new Map<number, Slot>(), caches = new Caches()) {
    this.#unit = unit;
    this.slots = slots;
    this.#caches = caches;
  }

  clone(): World {
    const slots = new Map<number, Slot>();
    for (const [key, { place, line, leaves, device, ats }] of this.slots) {
      slots.set(key, { place, line: line.clone(), leaves: [...leaves], device: [...device], ats });
    }
    return new World(this.#unit, slots, this.#caches.clone());
  }

  /** A place whose entry was not touched yet: it is zero. */
  add(place: Place, ats: boolean): void {
    const line = new Line(place.pasid, this.#unit.coherent, this.#unit.caching);
    this.slots.set(place.key, { place, line, leaves: [], device: [], ats });
  }

  line(key: number): Line {
    return this.slot(key).line;
  }

  slot(key: number): Slot {
    const slot = this.slots.get(key);
    if (slot === undefined) throw new RangeError(`no entry ${key}`);
    return slot;
  }

  store(key: number, quantum: 0 | 1, value: Quantum): void {
    const slot = this.slot(key);
    slot.line.store(quantum, value);
    this.#caches.fill(slot, this.slots.values());
  }

  /** ATS of a device goes on or off: without it the device asks for nothing and has nothing. */
  switchAts(device: number, on: boolean): void {
    for (const slot of this.slots.values()) {
      if (slot.place.device !== device) continue;
      slot.ats = on;
      slot.device = [];
    }
  }

  /** Executes `invalidation`. */
  drop(invalidation: Invalidation): void {
    if (invalidation.cache === 'pasid') for (const { line } of this.slots.values()) line.drop(invalidation);
    else this.#caches.drop(invalidation, [...this.slots.values()]);
  }

  reach(key: number): Reach {
    const { line, leaves, device } = this.slot(key);
    return { entry: line.views.map(translationIn), iotlb: leaves.map(translationIn), device };
  }
}

function translationIn({ translation }: { readonly translation: Translation }): Translation {
  return translation;
}
