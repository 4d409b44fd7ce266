/**
 * PASID table entries that the PASID cache may hold, by device and PASID (6.2.3). Context-cache invalidations do not
 * touch them: an older one may serve again once a context entry leads to its PASID.
 */
import type { GuestEvent } from './guest-event.ts';
import { deviceOfKey, keyOf } from './host.ts';
import { hasTag, isSameView, isWithoutEntry, stopsAtContext, type View } from './view.ts';

const none: readonly View[] = [];

export class CachedPasidEntries {
  readonly #read = new Map<number, readonly View[]>();

  clear(): void {
    this.#read.clear();
  }

  forget(device: number): void {
    for (const key of this.#read.keys()) if (deviceOfKey(key) === device) this.#read.delete(key);
  }

  /** Valid ones go when their domain and PASID are named. */
  drop(event: GuestEvent): void {
    if (event.is === 'all') this.clear();
    if (event.is !== 'pasid-cache') return;
    for (const [key, views] of this.#read) {
      const kept = views.filter((view) => !hasTag(view, event.domain, event.pasid));
      if (kept.length < views.length) this.#read.set(key, kept);
    }
  }

  /** Those under the PASIDs of `views` that are none of these; of `device`, at `event`. */
  otherThan(device: number, views: readonly View[], event: GuestEvent): readonly View[] {
    const others: View[] = [];
    for (const view of views) {
      if (stopsAtContext(view)) continue;
      for (const one of this.#of(device, view.pasid)) {
        if (isAmong(views, one) || isFaultDropped(one, view, event)) continue;
        others.push(one);
      }
    }
    return others;
  }

  /** Notes what may have been read; with `isRead` it was, and takes the place of what there was. */
  keep(device: number, read: readonly View[], isRead: boolean): void {
    if (isRead) {
      for (const view of read)
        if (!stopsAtContext(view)) this.#read.delete(keyOf({ device, pasid: view.pasid }));
    }
    for (const view of read) {
      if (stopsAtContext(view)) continue;
      const before = this.#of(device, view.pasid);
      if (!isAmong(before, view)) this.#read.set(keyOf({ device, pasid: view.pasid }), [...before, view]);
    }
  }

  #of(device: number, pasid: number): readonly View[] {
    return this.#read.get(keyOf({ device, pasid })) ?? none;
  }
}

function isAmong(views: readonly View[], one: View): boolean {
  for (const known of views) if (isSameView(known, one)) return true;
  return false;
}

/** A cached fault has domain id 0 (6.1); it goes by that of the entry that became present too, as drivers do. */
function isFaultDropped(one: View, now: View, event: GuestEvent): boolean {
  if (event.is !== 'pasid-cache' || !isWithoutEntry(one)) return false;
  return event.domain === 0 || hasTag(now, event.domain, event.pasid);
}
