/**
 * Defects: an entry that was valid gets a present bit cleared, FPD set, a reserved bit, an unsupported
 * value, a pointer to where nothing answers, or any bit flipped. On an emulator only such as can't lead a
 * request to memory other than data pages.
 */
import { wordOf } from '../models/halves.ts';
import type { Choices } from './choices.ts';
import { isPage, isPaging, type TableEntry } from './tables.ts';
import type { TranslationTarget } from './translation-target.ts';
import { clearPresent, unsupportedValue } from './translation-values.ts';
import { formatOf, setWrongBit } from './translation-wrong-bit.ts';

const FPD = 2n;
const ADDRESS = 0xf_ffff_ffff_f000n;
const TOP_BIT = 1n << 63n;
/** No unit has fewer host address bits. */
const LEAST_HAW = 32;

type Defect = (target: TranslationTarget, entry: TableEntry, choices: Choices) => void;

/** Puts one defect into `entry`. */
export function addDefect(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const format = formatOf(entry);
  const hasMany = format === 'context-scalable' || format === 'pasid-table';
  if (hasMany && choices.oneIn(3)) unsupportedValue(target, entry, choices);
  else if (format !== undefined && choices.oneIn(hasMany ? 2 : 3))
    setWrongBit(target, entry, format, choices);
  else choices.one(defects)(target, entry, choices);
}

const defects: readonly Defect[] = [
  clearPresent,
  clearPresent,
  setReserved,
  setReserved,
  pointNowhere,
  pointNowhere,
  unsupportedValue,
  unsupportedValue,
  flipLowBit,
  flipLowBit,
  flipAnyBit,
  flipAnyBit,
  flipAnyBit,
];

/** Sets FPD where there is one. */
export function disableFaultProcessing(entry: TableEntry): void {
  const { structure } = entry;
  if (isPaging(entry) || structure === 'host-permission' || structure.startsWith('root')) return;
  entry.words[0] = (entry.words[0] ?? 0n) | FPD;
}

/** A bit from the host address width up to 51 or 63, or one that is reserved further down. */
function setReserved(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const { profile } = target;
  const { structure, guestBits } = entry;
  const top = isPaging(entry) || structure === 'host-permission' ? 51 : 63;
  const above = Math.min(profile.haw + choices.one([0, 0, choices.pick(64)]), top);
  if (structure === 'host-permission') {
    const granted = grantingPermissions(entry);
    if (granted.length > 0 && choices.oneIn(2)) {
      const { word, lowBit } = choices.one(granted);
      entry.words[word] = (entry.words[word] ?? 0n) | (choices.one([4n, 8n]) << lowBit);
      return;
    }
    const bit = choices.one([above, 1, 11, 2, 3, 62, choices.pick(64)]);
    const word = bit > 11 || entry.level === 1 ? choices.pick(2) : bit === above ? 1 : choices.pick(2);
    entry.words[word] = (entry.words[word] ?? 0n) | (1n << BigInt(bit));
    return;
  }
  if (guestBits !== undefined && choices.oneIn(2)) {
    // Guest-physical, above what second stage translates.
    const bit = guestBits + choices.pick(Math.max(profile.haw - guestBits, 1));
    entry.words[0] = (entry.words[0] ?? 0n) | (1n << BigInt(bit));
    return;
  }
  // With 52 bits of host address a paging entry has no reserved address bits.
  const low = lowReservedBits(target, entry);
  const bit = choices.one(profile.haw > top && low.length > 0 ? low : [above, ...low]);
  // With the widest host addresses bit 51 is an address bit and leads elsewhere.
  if (target.emulated && bit === above && above < profile.haw) return;
  const word = usedWord(entry, choices);
  entry.words[word] = (entry.words[word] ?? 0n) | (1n << BigInt(bit));
}

/** Permissions in an entry, by its level (9.12). */
const permissions = [0, 32, 16, 8, 0] as const;

/** Where the permissions of `entry` lie that grant something: four bits each, the upper two reserved. */
function grantingPermissions({ level, words }: TableEntry): readonly { word: number; lowBit: bigint }[] {
  return Array.from({ length: permissions[level] ?? 0 }, (_, page) => ({
    word: page >> 4,
    lowBit: BigInt(4 * (page & 15)),
  })).filter(({ word, lowBit }) => (((words[word] ?? 0n) >> lowBit) & 3n) !== 0n);
}

/** Of a large page the address bits below its size, first and last. Bit 7 may make a page of a table. */
function lowReservedBits({ emulated }: TranslationTarget, entry: TableEntry): readonly number[] {
  const size = emulated && entry.level < 4 ? [] : [7];
  const large = isLargePage(entry) ? [12, 13, pageBits(entry) - 2, pageBits(entry) - 1] : size;
  switch (entry.structure) {
    case 'first-stage':
      return large;
    case 'second-stage':
      return [11, 62, ...large];
    default:
      return [5, 10, 11];
  }
}

/** A pointer to memory that does not answer. */
function pointNowhere(
  { holes, profile, emulated }: TranslationTarget,
  entry: TableEntry,
  choices: Choices,
): void {
  const word = usedWord(entry, choices);
  if (!emulated && choices.oneIn(3)) {
    // The same address, but for a bit that who looks at few does not see.
    const bit = choices.one([
      profile.haw - 1,
      LEAST_HAW + choices.pick(Math.max(profile.haw - LEAST_HAW, 1)),
    ]);
    entry.words[word] = (entry.words[word] ?? 0n) ^ (1n << BigInt(bit));
    return;
  }
  if (holes.length === 0 || (emulated && isPaging(entry) && isPage(entry))) return;
  const low = isLargePage(entry) ? (1n << BigInt(pageBits(entry))) - 1n : 0xfffn;
  const kept = (entry.words[word] ?? 0n) & (low | (~ADDRESS & (TOP_BIT * 2n - 1n)));
  const host = (1n << BigInt(profile.haw)) - 1n;
  entry.words[word] = kept | (wordOf(choices.one(holes)) & host & ~low);
}

function flipLowBit(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  flip(target, entry, usedWord(entry, choices), choices.pick(12));
}

function flipAnyBit(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  flip(target, entry, choices.pick(entry.words.length), choices.pick(64));
}

function flip(target: TranslationTarget, entry: TableEntry, word: number, bit: number): void {
  const mask = 1n << BigInt(bit);
  if ((domainId(target, entry, word) & mask) !== 0n) return;
  const unsafe = target.emulated && (leadsElsewhere(target, entry, word) & mask) !== 0n;
  entry.words[word] = (entry.words[word] ?? 0n) ^ (unsafe ? TOP_BIT : mask);
}

/** The domain id, which must go on meaning the same tables. */
function domainId({ domainIds }: TranslationTarget, { structure }: TableEntry, word: number): bigint {
  if (structure === 'context-legacy') return word === 1 ? domainIds << 8n : 0n;
  return structure === 'pasid-table' && (word === 1 || word === 5) ? domainIds : 0n;
}

/** Bits of `entry` that may lead a request to other memory than before. */
function leadsElsewhere({ profile }: TranslationTarget, entry: TableEntry, word: number): bigint {
  const pointer = ((1n << BigInt(profile.haw)) - 1n) & ~0xfffn;
  switch (entry.structure) {
    case 'first-stage':
    case 'second-stage':
      return pointer | 0x80n;
    case 'context-legacy':
      return word === 0 ? pointer | 0xcn : 0x7n;
    case 'pasid-table':
      return word === 0 ? pointer | 0x1dcn : word === 2 ? pointer | 0xcn : 0n;
    default:
      return pointer;
  }
}

/** A word with a pointer: of a scalable root entry the half that is used, of a PASID table entry any. */
function usedWord({ structure, words }: TableEntry, choices: Choices): number {
  if (structure === 'host-permission') return 1;
  if (structure === 'pasid-table') {
    const pointers = [0, 2, 4].filter((word) => (words[word] ?? 0n) > 0xfffn);
    return pointers.length > 0 ? choices.one(pointers) : 0;
  }
  return structure.startsWith('root-scalable') && words[0] === 0n ? 1 : 0;
}

function isLargePage(entry: TableEntry): boolean {
  return isPaging(entry) && entry.level > 1 && isPage(entry);
}

function pageBits({ level }: TableEntry): number {
  return 3 + 9 * level;
}
