/** The bits of an entry that must be zero and are not, in words. */
import type { Part, ResolvedLayout } from '../../spec/layouts/resolve.ts';

/** Such as `bits 11:10 of word 0 are reserved; SSPTPTR bits 51:46 of word 0, above HAW 46`; empty when there are none. */
export function reservedBits({ parts }: ResolvedLayout, words: readonly bigint[]): string {
  return wrongParts(parts, words)
    .map((part) => describe(part, words))
    .join('; ');
}

/** Names of the fields that are reserved on this unit and set all the same. */
export function reservedFields({ parts }: ResolvedLayout, words: readonly bigint[]): readonly string[] {
  return wrongParts(parts, words).map(({ field }) => field.name);
}

function wrongParts(parts: readonly Part[], words: readonly bigint[]): readonly Part[] {
  return parts.filter(({ state, word, mask }) => state === 'reserved' && ((words[word] ?? 0n) & mask) !== 0n);
}

function describe({ field, word, mask, reason }: Part, words: readonly bigint[]): string {
  const set = ranges((words[word] ?? 0n) & mask);
  const bits = `bit${/^\d+$/.test(set) ? '' : 's'} ${set} of word ${word}`;
  if (field.kind === 'reserved') return `reserved ${bits}`;
  return `${field.name} (${reason}): ${bits}`;
}

/** Set bits as the manual writes them, the highest first: `63:60, 5`. */
export function ranges(mask: bigint): string {
  const found: string[] = [];
  for (let high = 63; high >= 0; high--) {
    if (((mask >> BigInt(high)) & 1n) === 0n) continue;
    let low = high;
    while (low > 0 && ((mask >> BigInt(low - 1)) & 1n) === 1n) low--;
    found.push(high === low ? `${high}` : `${high}:${low}`);
    high = low;
  }
  return found.join(', ');
}
