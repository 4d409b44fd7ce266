/** Maps from names to how often each was met. */

/** One more of `name`, or `more`; returns how many there are now. */
export function countOne(counts: Map<string, number>, name: string, more = 1): number {
  const count = (counts.get(name) ?? 0) + more;
  counts.set(name, count);
  return count;
}
