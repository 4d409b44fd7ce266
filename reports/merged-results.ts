/** Parts of a sharded run put together: the same implementation and seed, and no area in two of them. */
import { isDeepStrictEqual } from 'node:util';
import { areas, type Result } from '../spec/schema.ts';

/** The results, parts of one run as one; a sentence when two of them have the same area. */
export function mergedResults(results: readonly Result[]): readonly Result[] | string {
  const merged: Result[] = [];
  for (const result of results) {
    const at = merged.findIndex((known) => isSameRun(known, result));
    const known = merged[at];
    if (known === undefined) {
      merged.push(result);
      continue;
    }
    const twice = result.areas.find(({ area }) => known.areas.some((other) => other.area === area));
    if (twice !== undefined) {
      const { implementation, seed } = result;
      return `area ${twice.area} of ${implementation.name} with seed ${seed} is in two results`;
    }
    const together = [...known.areas, ...result.areas];
    merged[at] = {
      ...known,
      areas: together.toSorted((a, b) => areas.indexOf(a.area) - areas.indexOf(b.area)),
    };
  }
  return merged;
}

function isSameRun(one: Result, other: Result): boolean {
  return one.seed === other.seed && isDeepStrictEqual(one.implementation, other.implementation);
}
