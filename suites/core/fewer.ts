/** Shorter lists for shrinking. */

/** `items` without a run of them: halves first, then ever fewer, the last first; at last without each one. */
export function* fewer<T>(items: readonly T[]): Iterable<readonly T[]> {
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = items.length; end > 0; end -= size) {
      yield items.toSpliced(Math.max(end - size, 0), Math.min(size, end));
    }
  }
}
