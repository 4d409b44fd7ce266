/**
 * Context entries that a unit may still have cached of each device (6.2.2). PASID-cache invalidations do not touch
 * them: until the context cache is dropped, PASID table entries may be read again behind an older context entry.
 */
import { isSameWords, type View } from './view.ts';

export class CachedContexts {
  /** Views of requests without PASID, by device: they begin with the context entry. */
  readonly #read = new Map<number, readonly View[]>();

  clear(): void {
    this.#read.clear();
  }

  forget(device: number): void {
    this.#read.delete(device);
  }

  /** Older ones than that of `current`, which may be read now and stay. */
  olderThan(device: number, current: View): readonly View[] {
    const read = this.#read.get(device) ?? [];
    const older = read.filter((one) => !isSameContext(one, current));
    if (older.length === read.length) this.#read.set(device, [...read, current]);
    return older;
  }
}

function isSameContext(a: View, b: View): boolean {
  return a === b || isSameWords(a.words.slice(0, a.contextWords), b.words.slice(0, b.contextWords));
}
