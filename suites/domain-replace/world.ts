/**
 * One state of the adversary: what memory, PASID-cache, IOTLB, paging-structure caches and Device-TLBs may hold.
 * Fewer invalidations executed means a larger state, so that two states are enough: the one in which nothing of
 * what the driver did not wait for was executed yet, and the one in which all was, each at once and in the order
 * of the queue. An invalidation that is executed later drops more, and 6.5.5 reverses no such pair.
 */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import { type Translation, translationOf } from '../../models/reference/domain-replace/entry.ts';
import { Caches, type Held, type Slot } from './caches.ts';
import { Line, type Quantum } from './line.ts';

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
  readonly slots: Map<string, Slot>;
  readonly #caches: Caches;
  readonly #unit: UnitTraits;

  constructor(unit: UnitTraits, slots = new Map<string, Slot>(), caches = new Caches()) {
    this.#unit = unit;
    this.slots = slots;
    this.#caches = caches;
  }

  clone(): World {
    const slots = new Map([...this.slots].map(([key, slot]) => [key, { ...slot, line: slot.line.clone() }]));
    return new World(this.#unit, slots, this.#caches.clone());
  }

  /** The slot of `key`; an entry that was not touched yet is zero. */
  add(key: string, slot: Omit<Slot, 'key' | 'line'>): void {
    if (this.slots.has(key)) return;
    this.slots.set(key, {
      ...slot,
      key,
      line: new Line(slot.pasid, this.#unit.coherent, this.#unit.caching),
    });
  }

  line(key: string): Line {
    const slot = this.slots.get(key);
    if (slot === undefined) throw new RangeError(`no entry ${key}`);
    return slot.line;
  }

  store(key: string, quantum: 0 | 1, value: Quantum): void {
    this.line(key).store(quantum, value);
    this.#caches.fill(this.slots.values());
  }

  /** Executes `invalidation`; the translations that it dropped. */
  drop(invalidation: Invalidation): readonly Held[] {
    if (invalidation.cache === 'pasid') for (const { line } of this.slots.values()) line.drop(invalidation);
    const dropped = this.#caches.drop(invalidation);
    this.#caches.fill(this.slots.values());
    return dropped;
  }

  reach(key: string): Reach {
    const entry = [...this.line(key).views()].flatMap(({ q0, q1 }) => translationOf(q0[0], q1[0]) ?? []);
    return { entry, ...this.#caches.held(key) };
  }
}
