/** Streams with fewer or lower words in the tables that they begin with. */
import type { InvalidationCase, MemoryRun } from '../../spec/schema.ts';
import { fewer } from '../core/fewer.ts';
import type { Lower } from '../core/lower-values.ts';
import { trimmed } from '../core/trimmed-runs.ts';

/** Place of a word that is not zero. */
interface Place {
  readonly run: number;
  readonly at: number;
}

/** Without many words at once, then without fewer, then without each. */
export function* fewerWords(testCase: InvalidationCase): Iterable<InvalidationCase> {
  const places = placesOf(testCase.memory);
  for (const kept of fewer(places)) {
    const left = new Set(kept);
    const gone = places.filter((place) => !left.has(place));
    yield { ...testCase, memory: withWords(testCase.memory, gone, 0n) };
  }
}

/** With one word lower. */
export function* simplerWords(testCase: InvalidationCase, lower: Lower): Iterable<InvalidationCase> {
  const { memory } = testCase;
  for (const place of placesOf(memory)) {
    for (const value of lower(memory[place.run]?.words[place.at] ?? 0n)) {
      yield { ...testCase, memory: withWords(memory, [place], value) };
    }
  }
}

function placesOf(memory: readonly MemoryRun[]): readonly Place[] {
  return memory.flatMap(({ words }, run) =>
    words.flatMap((word, at): readonly Place[] => (word === 0n ? [] : [{ run, at }])),
  );
}

/** The runs with `value` at `places`, each cut to what is not zero. */
function withWords(memory: readonly MemoryRun[], places: readonly Place[], value: bigint): MemoryRun[] {
  const changed = memory.map(({ words }) => [...words]);
  for (const { run, at } of places) (changed[run] as bigint[])[at] = value;
  return memory.flatMap(({ address }, run) => trimmed(address, changed[run] as bigint[]));
}
