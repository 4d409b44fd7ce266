/**
 * What a stream table entry of the guest makes of its stream, behind a virtual SMMU with stage 1 only (5.2,
 * conditions A to K of 5.2.2). Whatever is wrong with it, the stream is blocked: that is no error of a command.
 */
import { bits } from '../../../spec/bits.ts';
import { fieldOf } from '../../../spec/layouts/layout.ts';
import { readField } from '../../../spec/layouts/resolve.ts';
import { smmuSte } from '../../../spec/layouts/smmu-ste.ts';
import type { VirtualSmmu } from '../../../spec/schema.ts';

const field = (name: string) => fieldOf(smmuSte, name);
const V = field('V');
const CONFIG = field('Config');
const S1FMT = field('S1Fmt');
const S1CONTEXTPTR = field('S1ContextPtr');
const S1CDMAX = field('S1CDMax');
const S1DSS = field('S1DSS');
const S1STALLD = field('S1STALLD');
const EATS = field('EATS');
const S1CIR = field('S1CIR');
const S1COR = field('S1COR');
const S1CSH = field('S1CSH');
/** Fields that the guest decides: the rest of the entry is the host's. */
const guestFields = [V, CONFIG, S1FMT, S1CONTEXTPTR, S1CDMAX].concat([
  ...[S1DSS, S1CIR, S1COR, S1CSH, S1STALLD, EATS],
]);
const guestMask = (index: number) =>
  guestFields.filter(({ word }) => word === index).reduce((all, { mask }) => all | mask, 0n);
const NEWER_POINTER_BITS = bits(55, 52);
const GUEST_0 = guestMask(0);
const GUEST_1 = guestMask(1);

const ABORTS = 4n;
const BYPASS = 4n;
const STAGE_1 = 5n;
const SPLIT_ATS = 2n;
const FULL_ATS = 1n;
const LEAVES_OF_4K = 1n;
const LEAVES_OF_64K = 2n;
const RESERVED = 3n;
const NO_STALL = 1;

export type Words = readonly bigint[];

export type Stream =
  | { readonly is: 'abort' }
  | { readonly is: 'bypass' }
  /** Words 0 and 1, with what the guest decides and hardware looks at. */
  | { readonly is: 'stage-1'; readonly ste: Words };

export const abort: Stream = { is: 'abort' };
export const bypass: Stream = { is: 'bypass' };

/** The stream of the entry `words`; undefined: it was not readable, or there is none. */
export function streamOf(words: Words | undefined, smmu: VirtualSmmu): Stream {
  if (words === undefined || isBad(words, smmu) || readField(CONFIG, words) < ABORTS) return abort;
  return readField(CONFIG, words) === BYPASS ? bypass : stage1Of(words, smmu);
}

/** The stream of a stage 1 entry that is legal. */
export function stage1Of(words: Words, smmu: VirtualSmmu): Stream {
  return { is: 'stage-1', ste: effective(words, smmu) };
}

/**
 * What the entry `words` may make of its stream; the first is by this revision of the text: earlier ones had
 * S1ContextPtr as bits 51:6, with RES0 above.
 */
export function streamsOf(words: Words | undefined, smmu: VirtualSmmu): readonly [Stream, ...Stream[]] {
  const stream = streamOf(words, smmu);
  if (words === undefined) return [stream];
  const narrower = streamOf(withoutNewerBits(words), smmu);
  return isSameStream(stream, narrower) ? [stream] : [stream, narrower];
}

/** The entry without the bits of S1ContextPtr that hardware of SMMUv3.1 need not look at. */
export function withoutNewerBits([word0 = 0n, ...others]: Words): Words {
  return [word0 & ~NEWER_POINTER_BITS, ...others];
}

/** Not valid or ILLEGAL: C_BAD_STE for each transaction. */
export function isBad(words: Words, smmu: VirtualSmmu): boolean {
  if (readField(V, words) === 0n) return true;
  const config = readField(CONFIG, words);
  return config > STAGE_1 || (config === STAGE_1 && isIllegal(words, smmu));
}

/** True when a host takes the entry for a nested table: stage 1, and ATS on or off. */
export function isTaken(words: Words, smmu: VirtualSmmu): boolean {
  if (readField(CONFIG, words) !== STAGE_1 || readField(EATS, words) > FULL_ATS) return false;
  // Where the guest has no stalls, S1STALLD keeps it from them on a unit that has.
  return !isBad(words, smmu.stallModel === NO_STALL ? { ...smmu, stallModel: 0 } : smmu);
}

/** The fields of words 0 and 1 that the guest decides; all others zero. */
export function guestPart([word0 = 0n, word1 = 0n]: Words): Words {
  return [word0 & GUEST_0, word1 & GUEST_1];
}

/** ATS works for the stream: EATS is 1, where the guest has ATS. */
export function usesAts(ste: Words, { ats }: VirtualSmmu): boolean {
  return ats && readField(EATS, ste) === FULL_ATS;
}

/** How many context descriptors there are: SubstreamIDs below it have one. */
export function descriptorsOf(ste: Words, { substreamIdBits }: VirtualSmmu): number {
  return substreamIdBits === 0 ? 1 : 2 ** Number(readField(S1CDMAX, ste));
}

/** Rows D, H, I, J and K of 5.2.2; the others need stage 2 or EL2. */
function isIllegal(words: Words, smmu: VirtualSmmu): boolean {
  const substreams = smmu.substreamIdBits !== 0;
  const descriptors = readField(S1CDMAX, words);
  const format = readField(S1FMT, words);
  return (
    (smmu.ats && readField(EATS, words) === SPLIT_ATS) ||
    (readField(S1STALLD, words) === 1n && smmu.stallModel !== 0) ||
    (substreams && descriptors > BigInt(smmu.substreamIdBits)) ||
    (substreams && descriptors !== 0n && !smmu.twoLevelDescriptors && (format === 1n || format === 2n)) ||
    ((words[0] ?? 0n) & S1CONTEXTPTR.mask) >> BigInt(smmu.outputBits) !== 0n
  );
}

/** Whether hardware does the same with both. */
export function isSameStream(a: Stream, b: Stream): boolean {
  if (a.is !== 'stage-1' || b.is !== 'stage-1') return a.is === b.is;
  return a.ste[0] === b.ste[0] && a.ste[1] === b.ste[1];
}

/**
 * Whether `host` is what `guest` asks for. Where a pointer of the guest is not aligned to its table, hardware takes
 * the lower bits as zero or any descriptor of the table (5.2, S1Fmt): so both may reach the host.
 */
export function isServed(guest: Stream, host: Stream, smmu: VirtualSmmu): boolean {
  if (isSameStream(guest, host)) return true;
  if (guest.is !== 'stage-1' || host.is !== 'stage-1') return false;
  const low = bits(tableLog2(guest.ste, smmu) - 1, S1CONTEXTPTR.low);
  if (((guest.ste[0] ?? 0n) & low) === 0n) return false;
  const without = ([word0 = 0n, word1 = 0n]: Words): Stream => ({
    is: 'stage-1',
    ste: [word0 & ~low, word1],
  });
  return isSameStream(without(guest.ste), without(host.ste));
}

/** The size in bytes to which the first table of descriptors is aligned, as log2 (5.2, S1Fmt). */
function tableLog2(ste: Words, { substreamIdBits }: VirtualSmmu): number {
  const descriptors = substreamIdBits === 0 ? 0 : Number(readField(S1CDMAX, ste));
  if (descriptors === 0) return 6;
  switch (readField(S1FMT, ste)) {
    case LEAVES_OF_4K:
      return Math.max(descriptors - 3, 6);
    case LEAVES_OF_64K:
      return Math.max(descriptors - 7, 6);
    default:
      return descriptors + 6;
  }
}

/** What the guest decides, zero where fields are ignored or act as zero (5.2). */
function effective(ste: Words, smmu: VirtualSmmu): Words {
  const [word0 = 0n, word1 = 0n] = ste;
  const substreams = smmu.substreamIdBits !== 0;
  const one = !substreams || readField(S1CDMAX, ste) === 0n;
  // Not cacheable is outer shareable, whatever S1CSH says.
  const isCached = readField(S1CIR, ste) !== 0n || readField(S1COR, ste) !== 0n;
  return [
    word0 &
      GUEST_0 &
      ~((substreams ? 0n : S1CDMAX.mask) | (one || readField(S1FMT, ste) === RESERVED ? S1FMT.mask : 0n)),
    word1 &
      GUEST_1 &
      ~(
        (one || readField(S1DSS, ste) === RESERVED ? S1DSS.mask : 0n) |
        (isCached && readField(S1CSH, ste) !== 1n ? 0n : S1CSH.mask) |
        // Where no descriptor may have a stall there is none to keep from it.
        (smmu.stallModel === NO_STALL ? S1STALLD.mask : 0n) |
        (usesAts(ste, smmu) ? 0n : EATS.mask)
      ),
  ];
}
