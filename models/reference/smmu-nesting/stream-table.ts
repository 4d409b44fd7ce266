/** Where the stream table entry of a StreamID lies, linear or in two levels (3.3.1, 5.1, 6.3.24, 6.3.25). */
import { bits, extract } from '../../../spec/bits.ts';
import type { VirtualSmmu } from '../../../spec/schema.ts';
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
  /** An address on the way was cut to OAS: that, or nothing is fetched at all (3.4.3). */
  readonly isCut: boolean;
}

const ENTRY_WORDS = 8;
const TWO_LEVEL = 1n;
const LARGEST_SPAN = 11n;
const splits: readonly bigint[] = [6n, 8n, 10n];
const HIGHEST_BIT = 55;

/** The entry of `streamId`; with `cached` by that level 1 descriptor in place of the one in memory. */
export function lookUp(
  memory: GuestMemory,
  { base, config }: StreamTable,
  streamId: number,
  { streamIdBits, outputBits }: Pick<VirtualSmmu, 'streamIdBits' | 'outputBits'>,
  cached?: bigint,
): Lookup {
  const written = Number(extract(config, 5, 0));
  const missing: Lookup = { descriptor: undefined, entry: undefined, isCut: false };
  if (streamId >= 2 ** Math.min(written, streamIdBits)) return missing;
  const id = BigInt(streamId);
  const isTwoLevel = extract(config, 17, 16) === TWO_LEVEL;
  const split = splitOf(config);
  // A table is aligned to its size, by LOG2SIZE as it was written, whatever SIDSIZE is (6.3.24).
  const address = aligned(base, isTwoLevel ? written - Number(split) + 3 : written + 6);
  if (!isTwoLevel) {
    const at = cut(address + 64n * id, outputBits);
    return { descriptor: undefined, entry: memory.readWords(at.address, ENTRY_WORDS), isCut: at.isCut };
  }
  const first = cut(address + 8n * (id >> split), outputBits);
  const descriptor = cached ?? memory.read(first.address);
  if (descriptor === undefined) return missing;
  const isCut = cached === undefined && first.isCut;
  const span = extract(descriptor, 4, 0);
  const index = id & ((1n << split) - 1n);
  if (span === 0n || span > LARGEST_SPAN || span > split + 1n || index >> (span - 1n) !== 0n) {
    return { descriptor, entry: undefined, isCut };
  }
  // The level 2 array too: by Span (5.1).
  const second = cut(aligned(descriptor, Number(span) + 5) + 64n * index, outputBits);
  const entry = memory.readWords(second.address, ENTRY_WORDS);
  return { descriptor, entry, isCut: isCut || second.isCut };
}

/** Reserved values of SPLIT act as 6 (6.3.25). */
function splitOf(config: bigint): bigint {
  const written = extract(config, 10, 6);
  return splits.includes(written) ? written : 6n;
}

/** The address in bits 55:6 of `word`, aligned to 2^`log2` bytes; lower bits count for nothing. */
function aligned(word: bigint, log2: number): bigint {
  return log2 > HIGHEST_BIT ? 0n : word & bits(HIGHEST_BIT, Math.max(log2, 6));
}

/** `address` without the bits from OAS on. */
function cut(address: bigint, outputBits: number): { readonly address: bigint; readonly isCut: boolean } {
  const kept = BigInt.asUintN(outputBits, address);
  return { address: kept, isCut: kept !== address };
}
