/**
 * Which requests have read which words. Most words that change are of the queue, which no walk reads: those are told
 * by their page. Structures are kept whole, and a page holds few of them.
 */
import { pageOf, placeOf } from './memory-reader.ts';

interface Watched {
  /** Of the first. */
  readonly place: number;
  readonly words: number;
  readonly askers: Set<number>;
}

const nobody: ReadonlySet<number> = new Set();

export class WatchedWords {
  /** By page, and by address; none crosses the end of its page. */
  readonly #pages = new Map<number, Map<number, Watched>>();

  constructor(from?: WatchedWords) {
    if (from === undefined) return;
    for (const [page, structures] of from.#pages) {
      const copies = [...structures].map(
        ([place, watched]) => [place, { ...watched, askers: new Set(watched.askers) }] as const,
      );
      this.#pages.set(page, new Map(copies));
    }
  }

  /** `asker` has read the `words` words at `address`. */
  add(address: bigint, words: number, asker: number): void {
    const place = placeOf(address);
    const page = pageOf(place);
    const structures = this.#pages.get(page);
    const known = structures?.get(place);
    if (known !== undefined && known.words >= words) {
      known.askers.add(asker);
      return;
    }
    const watched = { place, words, askers: new Set([...(known?.askers ?? []), asker]) };
    if (structures === undefined) this.#pages.set(page, new Map([[place, watched]]));
    else structures.set(place, watched);
  }

  /** Who has read one of the words at `addresses`. */
  of(addresses: readonly bigint[]): ReadonlySet<number> {
    let found = nobody;
    for (const address of addresses) {
      const at = placeOf(address);
      for (const { place, words, askers } of this.#pages.get(pageOf(at))?.values() ?? []) {
        const isIn = at >= place && at < place + 8 * words;
        if (isIn) found = new Set([...found, ...askers]);
      }
    }
    return found;
  }
}
