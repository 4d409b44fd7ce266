/** Valid entries: fields at random inside of what the profile has, those with rules set so that they fit. */
import { bits } from '../spec/bits.ts';
import { contextLegacy, contextScalable } from '../spec/layouts/context.ts';
import { type Field, fieldOf, type Layout } from '../spec/layouts/layout.ts';
import { pasidTable } from '../spec/layouts/pasid.ts';
import { readField } from '../spec/layouts/resolve.ts';
import type { Choices } from './choices.ts';
import type { EntryTarget } from './entry-target.ts';

const of = (layout: Layout) => (name: string) => fieldOf(layout, name);
const legacy = of(contextLegacy);
const scalable = of(contextScalable);
const pasid = of(pasidTable);

export const fields = {
  legacyType: legacy('TT'),
  legacyWidth: legacy('AW'),
  deviceTlb: scalable('DTE'),
  pasidEnable: scalable('PASIDE'),
  pageRequests: scalable('PRE'),
  translatedPasid: scalable('EPTR'),
  directorySize: scalable('PDTS'),
  requestPasid: scalable('RID_PASID'),
  type: pasid('PGTT'),
  width: pasid('AW'),
  accessedDirty: pasid('SSADE'),
  memoryTypes: pasid('PAT'),
  firstStageMode: pasid('FSPM'),
  firstStagePointer: pasid('FSPTPTR'),
} as const;

/** `words` with `field` set to `value`, in the bits that the profile defines. */
export function set({ defined }: EntryTarget, words: bigint[], field: Field, value: bigint | number): void {
  const { word, low, mask } = field;
  const open = mask & (defined[word] ?? 0n);
  words[word] = ((words[word] ?? 0n) & ~open) | ((BigInt(value) << BigInt(low)) & open);
}

/** The values of AW that CAP.SAGAW reports; 1 when it reports none. */
export function widths({ capabilities }: EntryTarget): readonly number[] {
  const supported = [1, 2, 3].filter((aw) => ((capabilities.SAGAW >> aw) & 1) === 1);
  return supported.length === 0 ? [1] : supported;
}

/** A present entry that meets no fault condition, as far as the profile allows for one at all. */
export function validEntry(target: EntryTarget, choices: Choices): bigint[] {
  const words = target.defined.map((mask) => filling(choices) & mask);
  const { word, mask } = target.present;
  words[word] = (words[word] ?? 0n) | mask;
  if (target.format === 'context-legacy') fitLegacyContext(target, words, choices);
  if (target.format === 'context-scalable') fitScalableContext(target, words);
  if (target.format === 'pasid-table') fitPasidEntry(target, words, choices);
  if (target.format === 'root-scalable-lower') words[1] = otherHalf(target, choices);
  if (target.format === 'root-scalable-upper') words[0] = otherHalf(target, choices);
  return words;
}

/** Nothing, everything, half of the bits, a quarter of them. */
function filling(choices: Choices): bigint {
  switch (choices.pick(4)) {
    case 0:
      return 0n;
    case 1:
      return choices.word();
    case 2:
      return choices.word() & choices.word();
    default:
      return 0xffff_ffff_ffff_ffffn;
  }
}

/** Zero, absent with anything in it, or present and well formed. */
function otherHalf({ profile }: EntryTarget, choices: Choices): bigint {
  const kind = choices.pick(3);
  const pointer = filling(choices) & 0xffff_ffff_ffff_f000n;
  if (kind === 0) return 0n;
  return kind === 1 ? pointer : (pointer & bits(profile.haw - 1, 0)) | 1n;
}

function fitLegacyContext(target: EntryTarget, words: bigint[], choices: Choices): void {
  const { DT, PT } = target.capabilities;
  set(target, words, fields.legacyType, choices.one([0, ...(DT ? [1] : []), ...(PT ? [2] : [])]));
  set(target, words, fields.legacyWidth, choices.one(widths(target)));
  if (choices.oneIn(2)) words[1] = (words[1] ?? 0n) | (BigInt(choices.pick(16)) << 3n);
}

function fitScalableContext(target: EntryTarget, words: bigint[]): void {
  if (readField(fields.pageRequests, words) === 1n) set(target, words, fields.deviceTlb, 1);
  if (readField(fields.translatedPasid, words) === 1n) set(target, words, fields.pasidEnable, 1);
  const pasids = 13 + Number(readField(fields.directorySize, words));
  set(target, words, fields.requestPasid, readField(fields.requestPasid, words) & bits(pasids - 1, 0));
}

function fitPasidEntry(target: EntryTarget, words: bigint[], choices: Choices): void {
  const { FSTS, SSTS, NEST, PT, FS5LP } = target.capabilities;
  const types = [...(SSTS ? [2] : []), ...(FSTS ? [1] : []), ...(NEST ? [3] : []), ...(PT ? [4] : [])];
  const type = choices.one(types.length === 0 ? [0] : types);
  const width = choices.one(widths(target));
  set(target, words, fields.type, type);
  // With AW ignored, anything may stand there.
  if (type === 2 || type === 3 || choices.oneIn(2)) set(target, words, fields.width, width);
  set(target, words, fields.firstStageMode, FS5LP ? choices.pick(2) : 0);
  set(target, words, fields.memoryTypes, definedMemoryTypes(readField(fields.memoryTypes, words)));
  if (type === 3) {
    const pointer = readField(fields.firstStagePointer, words);
    set(target, words, fields.firstStagePointer, (pointer & bits(nestedLimit(target, width) - 1, 12)) >> 12n);
  }
  if (choices.oneIn(2)) words[2] = (words[2] ?? 0n) | (BigInt(choices.pick(4)) << 5n);
}

/** Bits that a guest-physical address may have under `width` (an AW encoding). */
export function nestedLimit({ capabilities }: EntryTarget, width: number): number {
  return Math.min(capabilities.MGAW + 1, 30 + 9 * width);
}

/** Reserved encodings are not tested (D7): each 4-bit field becomes 0, 1, 4, 5, 6 or 7. */
function definedMemoryTypes(pat: bigint): bigint {
  const withoutTopBits = pat & 0x7777_7777n;
  return withoutTopBits & ~((~withoutTopBits >> 1n) & 0x2222_2222n);
}
