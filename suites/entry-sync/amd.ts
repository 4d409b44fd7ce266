/** What is particular to AMD device table entries: rows of its own, and bits that are not the update's. */
import { extract } from '../../spec/bits.ts';
import type { EntrySyncCase } from '../../spec/schema.ts';
import { AMD_WORD2_OWN } from '../../spec/writer-formats.ts';

/** How the guest table of two valid entries changes; `other` when one is not valid or has no guest table. */
export type AmdChange = 'levels' | 'same levels' | 'other';

export function amdChange({ from, to }: EntrySyncCase): AmdChange {
  const both = from[0]! & to[0]!;
  if (extract(both, 0, 0) === 0n || extract(both, 55, 55) === 0n) return 'other';
  return extract(from[2]! ^ to[2]!, 55, 54) === 0n ? 'same levels' : 'levels';
}

/** The words that memory must hold in the end, and the bits of them that must match. */
export function amdFinal(
  { from, to }: EntrySyncCase,
  change: AmdChange,
): { words: bigint[]; mask: bigint[] } {
  const all = 2n ** 64n - 1n;
  const word2 = (from[2]! & ~AMD_WORD2_OWN) | (to[2]! & AMD_WORD2_OWN);
  // The driver leaves the upper half alone when the guest levels stay: attributes there may be old or new.
  const upperMask = change === 'same levels' ? [~(0b11n << 52n) & all, 0n] : [all, all];
  return { words: [to[0]!, to[1]!, word2, to[3]!], mask: [all, all, ...upperMask] };
}
