/**
 * A skeleton's source for some areas. What belongs to areas stands between two comments, `[AREA…` and `]`;
 * it is left out where none of them is wanted, and the comments always are.
 */
import type { Area } from '../../spec/schema.ts';

const opening = /^\s*(?:#|\/\/|\/\*) \[([a-z -]+?)(?: \*\/)?$/;
const closing = /^\s*(?:#|\/\/|\/\*) \](?: \*\/)?$/;
/** In this checkout the types come from a file, in somebody's folder from the package. */
const ownImport = /'(?:\.\.\/)+index\.ts'/;

/** The areas that a source has something for. */
export function areasOf(source: string): ReadonlySet<string> {
  return new Set(source.split('\n').flatMap((line) => opening.exec(line)?.[1]?.split(' ') ?? []));
}

export function skeletonFor(source: string, areas: readonly Area[]): string {
  let isWanted = true;
  const kept = source.split('\n').filter((line) => {
    const [, names] = opening.exec(line) ?? [];
    if (names !== undefined) isWanted = names.split(' ').some((name) => areas.includes(name as Area));
    else if (closing.test(line)) isWanted = true;
    else return isWanted;
    return false;
  });
  return kept.join('\n').replace(ownImport, "'iommu-conformance'");
}
