/** Stores that happen in order while a request is under way (VT-d 7.1): the words that change, moment by moment. */
import type { Store } from '../../../spec/schema.ts';
import type { Race, RacingValue } from './memory-reader.ts';

/** Does the stores by `apply`; `read` gives memory as it is then, undefined where it does not answer. */
export function raceWith(
  during: readonly Store[],
  read: (address: bigint) => bigint | undefined,
  apply: (store: Store) => void,
): Race {
  const race = new Map<bigint, RacingValue[]>();
  for (const [index, store] of during.entries()) {
    for (const at of store.words.keys()) {
      const address = store.address + BigInt(8 * at);
      const word = read(address);
      if (word !== undefined && !race.has(address)) race.set(address, [{ moment: 0, word }]);
    }
    apply(store);
    for (const [at, word] of store.words.entries()) {
      race.get(store.address + BigInt(8 * at))?.push({ moment: index + 1, word });
    }
  }
  return race;
}
