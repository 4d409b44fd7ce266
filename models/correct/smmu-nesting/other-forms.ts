/** Other forms of commands and entries that do the same, or more. */
import { bit, bits, extract, insert } from '../../../spec/bits.ts';
import type { VirtualSmmu } from '../../../spec/schema.ts';

const TLBI_NH_ALL = 0x10n;
const CFGI_CD = 0x05n;
const CFGI_CD_ALL = 0x06n;
const ATC_INV = 0x40n;
const WHOLE = 52n;
const GLOBAL = bit(9);
const OPCODE = bits(7, 0);
const S1STALLD = bit(27);
const NO_STALL = 1;

/** A physical command that drops all that could be meant. */
export function everything([low = 0n, high = 0n]: readonly bigint[]): bigint[] {
  const opcode = low & OPCODE;
  if (opcode === ATC_INV) return [low | GLOBAL, WHOLE];
  if (opcode === CFGI_CD) return [CFGI_CD_ALL | (low & bits(63, 32)), 0n];
  if (opcode >= TLBI_NH_ALL) return [TLBI_NH_ALL | (low & bits(47, 32)), 0n];
  return [low, high];
}

/** Drops the context descriptors of a stream of the host. */
export function renewal(how: 'cfgi-ste' | 'cfgi-all', streamId: number): bigint[] {
  return how === 'cfgi-all' ? [0x04n, 31n] : [0x03n | (BigInt(streamId) << 32n), 1n];
}

/** The words of a stage 1 entry without what hardware does not look at. */
export function normalised([word0 = 0n, word1 = 0n]: readonly bigint[], smmu: VirtualSmmu): bigint[] {
  const descriptors = Number(extract(word0, 63, 59));
  const stalls = smmu.stallModel === NO_STALL ? S1STALLD : 0n;
  const shared = extract(word1, 5, 2) === 0n ? insert(word1, 7, 6, 2n) : word1;
  if (smmu.substreamIdBits === 0 || descriptors === 0) return [word0, shared | stalls];
  const format = extract(word0, 5, 4);
  const log2 = format === 1n ? descriptors - 3 : format === 2n ? descriptors - 7 : descriptors + 6;
  return [word0 & ~bits(log2 - 1, 6), shared | stalls];
}
