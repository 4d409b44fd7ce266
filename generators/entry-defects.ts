/** Defects of an entry: each takes the words as they are and changes one thing in them. */
import { ignoredBits } from '../models/reference/entry.ts';
import { fieldOf } from '../spec/layouts/layout.ts';
import type { Choices } from './choices.ts';
import type { EntryTarget, Place } from './entry-target.ts';
import { fields, nestedLimit, set, widths } from './entry-valid.ts';

/** Changes `words` in place. */
export type Defect = (target: EntryTarget, words: bigint[], choices: Choices) => void;

function toggle(words: bigint[], { word, mask }: Place): void {
  words[word] = (words[word] ?? 0n) ^ mask;
}

const reservedBit: Defect = ({ reserved }, words, choices) => {
  if (reserved.length > 0) toggle(words, choices.one(reserved));
};

const borderBit: Defect = ({ borders }, words, choices) => {
  if (borders.length > 0) toggle(words, choices.one(borders));
};

/** A flag that the unit lacks the capability for is drawn as often as a whole pointer. */
const fieldWithoutCapability: Defect = ({ lacking }, words, choices) => {
  if (lacking.length > 0) toggle(words, choices.one(choices.one(lacking)));
};

const someIgnoredBits: Defect = ({ format, profile }, words, choices) => {
  for (const [word, mask] of ignoredBits(format, words, profile).entries()) {
    if (mask !== 0n) words[word] = (words[word] ?? 0n) ^ (choices.word() & mask);
  }
};

const absent: Defect = ({ present }, words) => {
  words[present.word] = (words[present.word] ?? 0n) & ~present.mask;
};

/** Nothing at all, as tables are before they are filled. */
const empty: Defect = (_target, words) => {
  words.fill(0n);
};

/** The bits of `open` fields too: what is not present is not looked at. */
const absentGarbage: Defect = (target, words, choices) => {
  for (const word of words.keys()) words[word] = choices.word();
  absent(target, words, choices);
};

const faultProcessing: Defect = ({ layout }, words) => {
  if (layout.fields.some(({ name }) => name === 'FPD')) toggle(words, fieldOf(layout, 'FPD'));
};

/** SRT.3 may or may not speak of the half that is not used (D2). */
const malformedOtherHalf: Defect = ({ present }, words, choices) => {
  const other = 1 - present.word;
  words[other] = (words[other] ?? 0n) | 1n | (1n << BigInt(1 + choices.pick(11)));
};

const legacyType: Defect = (target, words, choices) => set(target, words, fields.legacyType, choices.pick(4));
const legacyWidth: Defect = (target, words, choices) =>
  set(target, words, fields.legacyWidth, choices.pick(8));

const pageRequestsWithoutDeviceTlb: Defect = (target, words) => {
  set(target, words, fields.pageRequests, 1);
  set(target, words, fields.deviceTlb, 0);
};

const translatedPasidWithoutPasid: Defect = (target, words) => {
  set(target, words, fields.translatedPasid, 1);
  set(target, words, fields.pasidEnable, 0);
};

/** The last PASID of a directory, the first beyond it, or any. */
const requestPasid: Defect = (target, words, choices) => {
  const size = choices.pick(8);
  const beyond = 1 << (13 + size);
  set(target, words, fields.directorySize, size);
  set(target, words, fields.requestPasid, choices.one([beyond - 1, beyond, choices.pick(1 << 20)]));
};

const type: Defect = (target, words, choices) => set(target, words, fields.type, choices.pick(8));
const width: Defect = (target, words, choices) => {
  set(target, words, fields.type, choices.one([2, 3]));
  set(target, words, fields.width, choices.pick(8));
};
/** Reserved for two reasons, of which mostly both hold. */
const flagsWithoutSecondStage: Defect = (_target, words) => toggle(words, fields.accessedDirty);

const firstStageMode: Defect = (target, words, choices) =>
  set(target, words, fields.firstStageMode, choices.pick(4));

/** A nested pointer just below and just above what the second stage can translate. */
const nestedPointer: Defect = (target, words, choices) => {
  const aw = choices.one(widths(target));
  const limit = 1n << BigInt(nestedLimit(target, aw) - 12);
  set(target, words, fields.type, 3);
  set(target, words, fields.width, aw);
  set(target, words, fields.firstStagePointer, choices.one([limit - 1n, limit, limit << 1n, limit | 1n]));
};

const everywhere = [
  ...[
    reservedBit,
    reservedBit,
    borderBit,
    fieldWithoutCapability,
    someIgnoredBits,
    faultProcessing,
    faultProcessing,
  ],
  ...[absent, empty, absentGarbage],
];

/** The defects that make a difference for `target`, each as often as it shall be drawn. */
export function defectsOf({
  format,
  capabilities: { NEST, FSTS, SSTS, SSADS, PRS, PTRS, RPS },
}: EntryTarget): readonly Defect[] {
  const when = (supported: number, ...defects: readonly Defect[]) => (supported === 1 ? defects : []);
  switch (format) {
    case 'root-legacy':
    case 'pasid-directory':
      return everywhere;
    case 'root-scalable-lower':
    case 'root-scalable-upper':
      return [...everywhere, malformedOtherHalf];
    case 'context-legacy':
      return [...everywhere, legacyType, legacyWidth];
    case 'context-scalable':
      return [
        ...[
          ...[...everywhere, borderBit, borderBit, fieldWithoutCapability],
          ...when(PRS, pageRequestsWithoutDeviceTlb),
          ...when(RPS, requestPasid, requestPasid),
        ],
        // Few profiles have PTRS: those that do make up for it.
        ...when(PTRS, ...Array.from({ length: 4 }, () => translatedPasidWithoutPasid)),
      ];
    case 'pasid-table':
      return [
        // It has more than 300 reserved bits, and each can be forgotten alone.
        ...[...everywhere, reservedBit, reservedBit, reservedBit, type],
        ...[borderBit, borderBit, borderBit, fieldWithoutCapability, fieldWithoutCapability],
        ...when(SSTS, width),
        // Few profiles have SSADS alone.
        ...when(SSADS - SSTS, ...Array.from({ length: 4 }, () => flagsWithoutSecondStage)),
        ...[
          ...when(FSTS, firstStageMode, firstStageMode),
          ...when(NEST, nestedPointer, nestedPointer, nestedPointer),
        ],
      ];
  }
}
