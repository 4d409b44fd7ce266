/** Where the stream table entry of a StreamID lies, linear or in two levels (3.3.1, 5.1, 6.3.23, 6.3.24). */
import { bits, extract } from '../../../spec/bits.ts';
import type { GuestMemory } from '../../memory.ts';

export interface StreamTable {
  /** STRTAB_BASE and STRTAB_BASE_CFG. */
  readonly base: bigint;
  readonly config: bigint;
}

/** What was read on the way to an entry. */
export interface Lookup {
  /** The level 1 descriptor; undefined for a linear table, or when it was not readable. */
  readonly descriptor: bigint | undefined;
  /** Eight words; undefined when there is no such entry or memory does not answer. */
  readonly entry: readonly bigint[] | undefined;
}

const ENTRY_WORDS = 8;
const TWO_LEVEL = 1n;
const LARGEST_SPAN = 11n;
const splits: readonly bigint[] = [6n, 8n, 10n];

/** The entry of `streamId`; with `cached` by that level 1 descriptor in place of the one in memory. */
export function lookUp(
  memory: GuestMemory,
  { base, config }: StreamTable,
  streamId: number,
  streamIdBits: number,
  cached?: bigint,
): Lookup {
  const log2Size = Math.min(Number(extract(config, 5, 0)), streamIdBits);
  const nothing: Lookup = { descriptor: undefined, entry: undefined };
  if (streamId >= 2 ** log2Size) return nothing;
  const id = BigInt(streamId);
  const isTwoLevel = extract(config, 17, 16) === TWO_LEVEL;
  const written = extract(config, 10, 6);
  const split = splits.includes(written) ? written : 6n;
  // Tables are aligned to their size: lower bits of a pointer count for nothing (5.1, 6.3.23).
  const address = aligned(base, isTwoLevel ? Math.max(log2Size - Number(split), 0) + 3 : log2Size + 6);
  if (!isTwoLevel) {
    return { descriptor: undefined, entry: memory.readWords(address + 64n * id, ENTRY_WORDS) };
  }
  const descriptor = cached ?? memory.read(address + 8n * (id >> split));
  if (descriptor === undefined) return nothing;
  const span = extract(descriptor, 4, 0);
  const index = id & ((1n << split) - 1n);
  if (span === 0n || span > LARGEST_SPAN || span > split + 1n || index >> (span - 1n) !== 0n) {
    return { descriptor, entry: undefined };
  }
  return {
    descriptor,
    entry: memory.readWords(aligned(descriptor, Number(span) + 5) + 64n * index, ENTRY_WORDS),
  };
}

/** The address in bits 55:6 of `word`, aligned to 2^`log2` bytes. */
function aligned(word: bigint, log2: number): bigint {
  return word & bits(55, Math.max(log2, 6));
}
