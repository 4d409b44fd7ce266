/**
 * Context entries that a unit may still have cached of each device (6.2.2). PASID-cache invalidations do not touch
 * them: until the context cache is dropped, PASID table entries may be read again behind an older context entry.
 */
import { type Context, isSameContext } from './view.ts';

const none: readonly Context[] = [];

export class CachedContexts {
  readonly #read = new Map<number, readonly Context[]>();

  clear(): void {
    this.#read.clear();
  }

  forget(device: number): void {
    this.#read.delete(device);
  }

  /** Older ones than `current`, which may be read now and stay. */
  olderThan(device: number, current: Context): readonly Context[] {
    const read = this.#read.get(device) ?? none;
    const older = read.filter((one) => !isSameContext(one, current));
    if (older.length === read.length) this.#read.set(device, [...read, current]);
    return older;
  }
}
