/**
 * Page requests that may still be on their way to the queue (7.10): of a place whose entry led to tables, until a
 * wait with PD behind an invalidation of its Device-TLB is over. Other waits say nothing of them. Under
 * pass-through every right is granted, and a device finds no fault to make a request of (7.1.2).
 */
import type { Invalidation } from '../../models/reference/domain-replace/descriptor.ts';
import { isOf, type Slot } from './caches.ts';
import type { Line } from './line.ts';

/** How far a place is: requests may come; its Device-TLB was invalidated since; a drain is under way behind that. */
type Progress = 'open' | 'invalidated' | 'draining';

export class PageRequests {
  readonly #devices: ReadonlySet<number>;
  readonly #places = new Map<number, Progress>();

  /** `devices`: those that send page requests. */
  constructor(devices: ReadonlySet<number>) {
    this.#devices = devices;
  }

  /** Whether page requests of the place may not have been seen yet. */
  isOpen(key: number): boolean {
    return this.#places.has(key);
  }

  /** The entry of `slot` changed: while hardware may find tables there, page requests may come. */
  note({ place, line }: Slot): void {
    if (this.#devices.has(place.device) && mayLeadToTables(line)) this.#places.set(place.key, 'open');
  }

  /** `invalidation` is in the queue, and was executed on `slots`. */
  follow(invalidation: Invalidation, slots: Iterable<Slot>): void {
    if (this.#places.size === 0) return;
    if (invalidation.cache === 'wait' && invalidation.drains) {
      for (const [key, progress] of this.#places) {
        if (progress === 'invalidated') this.#places.set(key, 'draining');
      }
    }
    if (invalidation.cache !== 'device-tlb' || !invalidation.whole) return;
    for (const { place, line } of slots) {
      const isNamed = place.sourceId === invalidation.sourceId && isOf(invalidation.pasid, place.pasid);
      const isGone = isNamed && !mayLeadToTables(line);
      if (isGone && this.#places.get(place.key) === 'open') this.#places.set(place.key, 'invalidated');
    }
  }

  /** The driver waited for everything in the queue. */
  settle(): void {
    for (const [key, progress] of this.#places) if (progress === 'draining') this.#places.delete(key);
  }
}

function mayLeadToTables({ views }: Line): boolean {
  return views.some(({ translation }) => translation.kind !== 'pass-through');
}
