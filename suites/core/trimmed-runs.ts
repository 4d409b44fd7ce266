/** Runs of memory without zero words at their ends: what is not said reads as zero. */
import type { MemoryRun } from '../../spec/schema.ts';

/** `words` from `address` on, cut to what is not zero; none when all are. */
export function trimmed(address: bigint, words: readonly bigint[]): readonly MemoryRun[] {
  const first = words.findIndex((word) => word !== 0n);
  if (first < 0) return [];
  const last = words.findLastIndex((word) => word !== 0n);
  return [{ address: address + BigInt(8 * first), words: words.slice(first, last + 1) }];
}

/** `testCase` with `words` in run `index` of its memory. */
export function withRun<C extends { readonly memory: readonly MemoryRun[] }>(
  testCase: C,
  index: number,
  words: readonly bigint[],
): C {
  const { memory } = testCase;
  const address = memory[index]?.address ?? 0n;
  return { ...testCase, memory: memory.toSpliced(index, 1, ...trimmed(address, words)) };
}
