/** Descriptors of each of the ten types, as a unit and its queue take them, and spoiled in one place. */
import { type DescriptorFormat, descriptorFormats } from '../spec/invalidation/descriptors.ts';
import { resolveLayout } from '../spec/layouts/resolve.ts';
import type { Profile } from '../spec/schema.ts';
import type { Choices } from './choices.ts';
import {
  contextDevice,
  contextDomain,
  contextGlobal,
  encode,
  encodeDeviceTlb,
  encodeInterruptEntry,
  encodePageResponse,
  encodeWait,
  hostDomain,
  hostGlobal,
  hostPage,
  iotlbDomain,
  iotlbGlobal,
  iotlbPage,
  pasidDomain,
  pasidGlobal,
  pasidIotlbAll,
  pasidIotlbPage,
  pasidOne,
} from './invalidation-descriptors.ts';
import type { Software } from './invalidation-software.ts';

/** Any of the ten, most often one that the queue takes. */
export function drawFormat(software: Software, choices: Choices): DescriptorFormat {
  const taken = descriptorFormats.filter((format) => isTaken(software, format));
  const others = descriptorFormats.filter((format) => !taken.includes(format));
  if (others.length > 0 && choices.oneIn(4)) return choices.one(others);
  // Few units have what only some have, and fewest host permissions.
  taken.push(...taken.filter(({ requires }) => requires !== undefined));
  const rarest = taken.filter(({ name }) => name === 'host-permission');
  taken.push(...rarest, ...rarest);
  return choices.one(taken);
}

export function isTaken({ stage, isWide }: Software, { requires, type }: DescriptorFormat): boolean {
  const { legacy, target } = stage.ground;
  const has = requires === undefined || target.capabilities[requires] === 1;
  return has && (type < 6 || (isWide && !legacy));
}

/** A descriptor of `format` without a defect. */
export function valid(software: Software, { name }: DescriptorFormat, choices: Choices): bigint[] {
  const { stage } = software;
  const subject = choices.one(
    stage.subjects.length > 0 ? stage.subjects : [{ sourceId: 0, pasid: undefined }],
  );
  const { sourceId, pasid = 0 } = subject;
  const space = stage.spaces.length > 0 ? choices.one(stage.spaces) : undefined;
  const did = space?.did ?? 0;
  const frame = space?.pages[0]?.frame ?? 0;
  const { MHMV, MAMV, DIT, PSI } = stage.ground.target.capabilities;
  switch (name) {
    case 'context':
      return encode(
        choices.one([contextGlobal(), contextDomain(did), contextDevice(did, sourceId, choices.pick(4))]),
      );
    case 'iotlb': {
      // More than MAMV allows, once in a while.
      const mask = choices.one([0, 0, Math.min(MAMV, 9), 63, 63]);
      const ofPage = iotlbPage(did, frame, mask);
      // Few units have none, and most of what they are asked is of domains.
      const lacking = PSI === 0 ? [ofPage, ofPage] : [];
      const words = encode(choices.one([iotlbGlobal(), iotlbDomain(did), ofPage, ...lacking]));
      // Draining is done anyway.
      if (choices.oneIn(3)) words[0] = (words[0] ?? 0n) | 0xc0n;
      return words;
    }
    case 'device-tlb': {
      const words = encodeDeviceTlb(
        anyOf(sourceId, MOST_SOURCE_ID, choices),
        undefined,
        choices.oneIn(2) ? frame : undefined,
      );
      return withThrottling(words, 16n, DIT === 1, choices);
    }
    case 'interrupt-entry':
      return encodeInterruptEntry(
        choices.oneIn(2) ? choices.pick(0x1_0000) : undefined,
        choices.one([MHMV, choices.pick(MHMV + 1)]),
      );
    case 'wait':
      return choices.oneIn(4) ? encodeWait({}) : software.wait(choices);
    case 'pasid-iotlb':
      return encode(
        choices.one([
          pasidIotlbAll(did, anyOf(pasid, MOST_PASID, choices)),
          pasidIotlbPage(did, anyOf(pasid, MOST_PASID, choices), frame),
        ]),
      );
    case 'pasid':
      return encode(
        choices.one([pasidGlobal(), pasidDomain(did), pasidOne(did, anyOf(pasid, MOST_PASID, choices))]),
      );
    case 'pasid-device-tlb': {
      const words = encodeDeviceTlb(
        anyOf(sourceId, MOST_SOURCE_ID, choices),
        anyOf(pasid, MOST_PASID, choices),
        choices.oneIn(2) ? frame : undefined,
      );
      // GI: of every PASID.
      const isOfAll = choices.oneIn(2) ? 1n : 0n;
      return withThrottling(words.with(1, (words[1] ?? 0n) | isOfAll), 4n, DIT === 1, choices);
    }
    case 'page-group-response': {
      const words = encodePageResponse(sourceId, pasid, choices.one([0, 1, 15]), choices.pick(512));
      // Bit 2 was LPIG, and is ignored since.
      const isIgnored = stage.ground.target.profile.specRev === '5.10' && choices.oneIn(2);
      return isIgnored ? words.with(1, (words[1] ?? 0n) | 4n) : words;
    }
    case 'host-permission':
      return encode(
        choices.one([
          hostGlobal(),
          hostDomain(did, choices.pick(4)),
          hostPage(did, frame % 2 ** 24, 0, choices.pick(4)),
        ]),
      );
  }
}

const MOST_SOURCE_ID = 0xffff;
const MOST_PASID = 0xf_ffff;

/** What is in use, or anything else up to `most`: a unit that has nothing of it takes it all the same. */
function anyOf(used: number, most: number, choices: Choices): number {
  return choices.oneIn(3) ? choices.one([most, choices.pick(most + 1)]) : used;
}

/** With MIP, five bits from bit `low` on, and PFSID where the unit has it (6.5.2.5, 6.5.2.6). */
function withThrottling(words: bigint[], low: bigint, isKnown: boolean, choices: Choices): bigint[] {
  const [first = 0n, ...others] = words;
  const pending = BigInt(choices.one([0, 31, choices.pick(32)])) << low;
  const physical = isKnown ? BigInt(choices.pick(0x1_0000)) : 0n;
  return [first | pending | ((physical & 0xfn) << 12n) | ((physical >> 4n) << 52n), ...others];
}

interface ReservedField {
  readonly word: number;
  readonly high: number;
  readonly low: number;
}
const fieldsByProfile = new WeakMap<Profile, Map<DescriptorFormat, readonly ReservedField[]>>();

/** The reserved fields of a descriptor under `profile`. */
function reservedFields(profile: Profile, format: DescriptorFormat): readonly ReservedField[] {
  const known = fieldsByProfile.get(profile) ?? new Map<DescriptorFormat, readonly ReservedField[]>();
  fieldsByProfile.set(profile, known);
  const found =
    known.get(format) ??
    resolveLayout(format.layout, profile).parts.filter(({ state }) => state === 'reserved');
  known.set(format, found);
  return found;
}

/** Sets a bit of a reserved field: its first or last one, where masks end, or any. */
export function withReservedBit(
  { stage }: Software,
  format: DescriptorFormat,
  words: bigint[],
  choices: Choices,
): bigint[] {
  const fields = reservedFields(stage.ground.target.profile, format).filter(
    ({ word }) => word < words.length,
  );
  if (fields.length === 0) return words;
  const { word, high, low } = choices.one(fields);
  const bit = choices.one([low, high, low + choices.pick(high - low + 1)]);
  return words.with(word, (words[word] ?? 0n) | (1n << BigInt(bit)));
}

const BAD_TYPES = [0, 11, 12, 13, 14, 15] as const;

export function spoil(
  software: Software,
  format: DescriptorFormat,
  words: bigint[],
  choices: Choices,
): bigint[] {
  const { isWide } = software;
  const { granularities } = format;
  const low = words[0] ?? 0n;
  switch (choices.pick(8)) {
    case 2:
    case 3:
    case 6:
    case 7:
      if (granularities !== undefined) {
        const bad = [0, 1, 2, 3].filter((value) => !granularities.includes(value));
        return words.with(0, (low & ~0x30n) | (BigInt(choices.one(bad)) << 4n));
      }
      break;
    case 4: {
      const bad = choices.oneIn(2)
        ? low | (0x200n << BigInt(choices.pick(3)))
        : (low & ~0xfn) | BigInt(choices.one(BAD_TYPES));
      return words.with(0, bad);
    }
    case 5:
      if (isWide && words.length === 2) {
        const bit = 1n << BigInt(choices.one([0, 63, choices.pick(64)]));
        return choices.oneIn(2) ? [...words, bit, 0n] : [...words, 0n, bit];
      }
      break;
  }
  return withReservedBit(software, format, words, choices);
}
