/**
 * What a stream table entry of the guest makes of its stream, behind a virtual SMMU with stage 1 only (5.2,
 * conditions A to K of 5.2.2). Whatever is wrong with it, the stream is blocked: that is no error of a command.
 */
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
const S1CSH = field('S1CSH');
/** Fields that the guest decides: the rest of the entry is the host's. */
const guestFields = [V, CONFIG, S1FMT, S1CONTEXTPTR, S1CDMAX, S1DSS, S1STALLD, EATS, S1CSH].concat(
  ['S1CIR', 'S1COR'].map(field),
);
const guestMasks = [0, 1].map((index) =>
  guestFields.filter(({ word }) => word === index).reduce((all, { mask }) => all | mask, 0n),
);

const ABORTS = 4n;
const BYPASS = 4n;
const STAGE_1 = 5n;
const SPLIT_ATS = 2n;
const FULL_ATS = 1n;

export type Words = readonly bigint[];

export type Stream =
  | { readonly is: 'abort' }
  | { readonly is: 'bypass' }
  /** Words 0 and 1, with what the guest decides. */
  | { readonly is: 'stage-1'; readonly ste: Words };

export const abort: Stream = { is: 'abort' };
export const bypass: Stream = { is: 'bypass' };

/** The stream of the entry `words`; undefined: it was not readable, or there is none. */
export function streamOf(words: Words | undefined, smmu: VirtualSmmu): Stream {
  if (words === undefined || isBad(words, smmu) || readField(CONFIG, words) < ABORTS) return abort;
  return readField(CONFIG, words) === BYPASS ? bypass : { is: 'stage-1', ste: effective(words, smmu) };
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
  return !isBad(words, smmu);
}

/** The fields of words 0 and 1 that the guest decides; all others zero. */
export function guestPart(words: Words): Words {
  return [0, 1].map((index) => (words[index] ?? 0n) & (guestMasks[index] ?? 0n));
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

/** Whether hardware does the same with both; what it ignores may differ. */
export function isSameStream(a: Stream, b: Stream, smmu: VirtualSmmu): boolean {
  if (a.is !== 'stage-1' || b.is !== 'stage-1') return a.is === b.is;
  const [left, right] = [effective(a.ste, smmu), effective(b.ste, smmu)];
  return left[0] === right[0] && left[1] === right[1];
}

/** Zero where fields are ignored (5.2): S1Fmt and S1DSS of one descriptor, EATS without ATS. */
function effective(ste: Words, smmu: VirtualSmmu): Words {
  const one = smmu.substreamIdBits === 0 || readField(S1CDMAX, ste) === 0n;
  const ignored = [
    ...(one ? [S1FMT, S1DSS] : []),
    ...(smmu.substreamIdBits === 0 ? [S1CDMAX] : []),
    ...(usesAts(ste, smmu) ? [] : [EATS]),
    // Reserved values that act as 0.
    ...[S1FMT, S1DSS].filter((one) => readField(one, ste) === 3n),
    ...(readField(S1CSH, ste) === 1n ? [S1CSH] : []),
  ];
  return ignored.reduce<Words>(
    (words, { word, mask }) => words.with(word, (words[word] ?? 0n) & ~mask),
    guestPart(ste),
  );
}
