/** What commands of the guest become on a physical SMMU, and which of those do for which. */
import { bit, bits, extract, insert } from '../../../spec/bits.ts';
import { opcodeOf, streamIdOf, vmidOf, type Words } from './command.ts';

export const CFGI_STE = 0x03;
const CFGI_STE_RANGE = 0x04;
const CFGI_CD = 0x05;
export const CFGI_CD_ALL = 0x06;
const TLBI_NH_ALL = 0x10;
const TLBI_NH_VA = 0x12;
const TLBI_NH_VAA = 0x13;
const TLBI_S12_VMALL = 0x28;
const TLBI_NSNH_ALL = 0x30;
const ATC_INV = 0x40;
export const SYNC = 0x46;
const GLOBAL = bit(9);
const SSV = bit(11);
/** An ATC invalidation of this size drops everything. */
const WHOLE = 52n;

/** Commands with a VMID that act within it. */
export const withVmid: readonly number[] = [0x10, 0x11, 0x12, 0x13, TLBI_S12_VMALL, 0x2a];
/** Commands with a StreamID that act on its stream alone. */
export const withStream: readonly number[] = [0x01, 0x02, 0x03, 0x05, 0x06, ATC_INV, 0x41, 0x44, 0x45];

/** A TLBI of the guest for a physical SMMU: with the VMID of the host, and never beyond it (4.4). */
export function physicalTlbi(words: Words, vmid: number): bigint[] {
  const [low = 0n, high = 0n] = words;
  if (opcodeOf(words) === TLBI_NSNH_ALL) return dropTranslations(vmid);
  return [insert(low, 47, 32, BigInt(vmid)), high];
}

/** A command of the guest about a stream, for the physical one. */
export function physicalStream([low = 0n, high = 0n]: Words, streamId: number): bigint[] {
  return [(low & bits(31, 0)) | (BigInt(streamId) << 32n), high];
}

/** Drops every context descriptor of a stream. */
export function dropDescriptors(streamId: number): bigint[] {
  return [BigInt(CFGI_CD_ALL) | (BigInt(streamId) << 32n), 0n];
}

/** Drops every translation of a guest. */
export function dropTranslations(vmid: number): bigint[] {
  return [BigInt(TLBI_NH_ALL) | (BigInt(vmid) << 32n), 0n];
}

/** True when `issued` drops everything that `wanted` does; both are physical commands. */
export function covers(issued: Words, wanted: Words): boolean {
  if (issued[0] === wanted[0] && issued[1] === wanted[1]) return true;
  const [done, asked] = [opcodeOf(issued), opcodeOf(wanted)];
  if (withVmid.includes(asked)) {
    if (vmidOf(issued) !== vmidOf(wanted)) return false;
    return done === TLBI_NH_ALL || done === TLBI_S12_VMALL || coversAddress(issued, wanted);
  }
  if (isRange(issued)) return asked !== ATC_INV && isInRange(issued, streamIdOf(wanted));
  if (streamIdOf(issued) !== streamIdOf(wanted)) return false;
  if (asked === ATC_INV) {
    return done === ATC_INV && coversSubstream(issued, wanted) && coversRange(issued, wanted);
  }
  if (done === CFGI_CD_ALL || done === CFGI_STE) return true;
  return done === CFGI_CD && issued[0] === wanted[0] && coversLeaf(issued, wanted);
}

/** One address, for the same ASID or for all of them. */
function coversAddress(issued: Words, wanted: Words): boolean {
  const [done, asked] = [opcodeOf(issued), opcodeOf(wanted)];
  const reaches = done === TLBI_NH_VAA || (done === TLBI_NH_VA && issued[0] === wanted[0]);
  if (!reaches || (asked !== TLBI_NH_VA && asked !== TLBI_NH_VAA)) return false;
  // Range and level fields narrow what it does where the unit knows them (4.4.1).
  const [low = 0n, high = 0n] = issued;
  const isNarrow = extract(low, 31, 12) !== 0n || extract(high, 11, 7) !== 0n;
  return (
    !isNarrow && extract(high, 63, 12) === extract(wanted[1] ?? 0n, 63, 12) && coversLeaf(issued, wanted)
  );
}

/** CFGI_STE_RANGE or CFGI_ALL. */
export function isRange(words: Words): boolean {
  return opcodeOf(words) === CFGI_STE_RANGE;
}

function isInRange(words: Words, streamId: number): boolean {
  const count = 2 ** (Number(extract(words[1] ?? 0n, 4, 0)) + 1);
  return Math.floor(streamId / count) === Math.floor(streamIdOf(words) / count);
}

/**
 * Without SSV the SubstreamID and Global say nothing; with it Global only adds others (4.5.1), where the device
 * knows it. That a request without PASID drops what was given for PASIDs too is not in 4.5.1, but Linux relies
 * on it (`arm_smmu_atc_inv_to_cmd`): it is enough for any.
 */
function coversSubstream([done = 0n]: Words, [asked = 0n]: Words): boolean {
  if ((done & SSV) === 0n) return true;
  if ((asked & SSV) === 0n) return false;
  return (done | GLOBAL) === (asked | GLOBAL) && (done & GLOBAL) >= (asked & GLOBAL);
}

/** Without Leaf upper levels go too. */
function coversLeaf([, done = 0n]: Words, [, asked = 0n]: Words): boolean {
  return (done & 1n) === 0n || (asked & 1n) === 1n;
}

function coversRange([, done = 0n]: Words, [, asked = 0n]: Words): boolean {
  const [size, wanted] = [extract(done, 5, 0), extract(asked, 5, 0)];
  if (size >= WHOLE) return true;
  return size >= wanted && done >> (12n + size) === asked >> (12n + size);
}
