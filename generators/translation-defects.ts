/**
 * Defects: an entry that was valid gets a present bit cleared, FPD set, a reserved bit, an unsupported
 * value, a pointer to where nothing answers, or any bit flipped. On an emulator only such as can't lead a
 * request to memory other than data pages.
 */
import { extract, insert } from '../spec/bits.ts';
import { entryLayouts } from '../spec/layouts/index.ts';
import { fieldOf } from '../spec/layouts/layout.ts';
import type { Choices } from './choices.ts';
import { isPage, type TableEntry } from './tables.ts';
import type { TranslationTarget } from './translation-target.ts';

const FPD = 2n;
const READ_WRITE = 3n;
const ADDRESS = 0xf_ffff_ffff_f000n;
const TOP_BIT = 1n << 63n;

type Defect = (target: TranslationTarget, entry: TableEntry, choices: Choices) => void;

/** Puts one defect into `entry`. */
export function addDefect(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const values = entry.structure === 'context-scalable' && choices.oneIn(3);
  if (values) unsupportedValue(target, entry, choices);
  else choices.one(defects)(target, entry, choices);
}

const defects: readonly Defect[] = [
  clearPresent,
  clearPresent,
  setReserved,
  setReserved,
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
  if (structure === 'second-stage' || structure.startsWith('root')) return;
  entry.words[0] = (entry.words[0] ?? 0n) | FPD;
}

/** P, LP and UP, or R and W; at times of a page only one of these; at times all of a table entry. */
function clearPresent(_: TranslationTarget, entry: TableEntry, choices: Choices): void {
  if (entry.structure !== 'second-stage' && choices.oneIn(4)) {
    entry.words.fill(0n);
    return;
  }
  const rights = choices.one([READ_WRITE, READ_WRITE, 1n, 2n]);
  const mask = entry.structure === 'second-stage' ? rights : 1n;
  for (const [index, word] of entry.words.entries()) {
    if (index === 0 || entry.structure.startsWith('root-scalable')) entry.words[index] = word & ~mask;
  }
}

/** A bit from the host address width up to 51 or 63, or one that is reserved further down. */
function setReserved({ profile }: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const paging = entry.structure === 'second-stage';
  const top = paging ? 51 : 63;
  const above = Math.min(profile.haw + choices.one([0, 0, choices.pick(64)]), top);
  // With 52 bits of host address a paging entry has no reserved address bits.
  const bit = choices.one([...(profile.haw > top ? [] : [above]), ...lowReservedBits(entry)]);
  const word = usedWord(entry);
  entry.words[word] = (entry.words[word] ?? 0n) | (1n << BigInt(bit));
}

/** Of a large page the address bits below its size, first and last. */
function lowReservedBits(entry: TableEntry): readonly number[] {
  if (entry.structure !== 'second-stage') return [5, 10, 11];
  return isLargePage(entry) ? [11, 62, 12, 13, pageBits(entry) - 2, pageBits(entry) - 1] : [7, 11, 62];
}

/** A pointer to memory that does not answer. */
function pointNowhere({ holes, profile }: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const word = usedWord(entry);
  if (holes.length === 0 || (entry.structure === 'second-stage' && isPage(entry))) return;
  const kept = (entry.words[word] ?? 0n) & (0xfffn | (~ADDRESS & (TOP_BIT * 2n - 1n)));
  const host = (1n << BigInt(profile.haw)) - 1n;
  entry.words[word] = kept | (BigInt(choices.one(holes)) & host);
}

/** AW, TT, PGTT, PDTS, RID_PASID and what depends on them. */
function unsupportedValue(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  const { capabilities, emulated } = target;
  switch (entry.structure) {
    case 'context-legacy':
      if (choices.oneIn(2)) setField(entry, 'TT', choices.one([3, ...(capabilities.DT ? [] : [1])]));
      else setField(entry, 'AW', addressWidth(target, choices));
      return;
    case 'pasid-table':
      if (choices.oneIn(2)) {
        const pass = capabilities.PT === 1 && emulated ? [] : [4];
        const staged = [
          capabilities.FSTS ? [] : [1],
          capabilities.SSTS ? [] : [2],
          capabilities.NEST ? [] : [3],
        ];
        setField(entry, 'PGTT', choices.one([0, 5, 6, 7, ...pass, ...staged.flat()]));
      } else setField(entry, 'AW', addressWidth(target, choices));
      return;
    case 'context-scalable': {
      const kind = choices.pick(3);
      if (kind === 0 && capabilities.PRS === 1) setFields(entry, { DTE: 0, PRE: 1 });
      else if (kind < 2 && capabilities.PTRS === 1) setFields(entry, { PASIDE: 0, EPTR: 1 });
      else setField(entry, 'RID_PASID', 1 << (13 + choices.pick(7)));
      return;
    }
    case 'second-stage':
      entry.words[0] = (entry.words[0] ?? 0n) ^ (emulated && !isPage(entry) ? 0x800n : 0x80n);
      return;
    default:
      clearPresent(target, entry, choices);
  }
}

/** Any value of AW; on an emulator one that the unit does not have. */
function addressWidth({ addressWidths, emulated }: TranslationTarget, choices: Choices): number {
  return choices.one([0, 1, 2, 3, 4, 5, 6, 7].filter((aw) => !emulated || !addressWidths.includes(aw)));
}

function flipLowBit(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  flip(target, entry, usedWord(entry), choices.pick(12));
}

function flipAnyBit(target: TranslationTarget, entry: TableEntry, choices: Choices): void {
  flip(target, entry, choices.pick(entry.words.length), choices.pick(64));
}

function flip(target: TranslationTarget, entry: TableEntry, word: number, bit: number): void {
  const mask = 1n << BigInt(bit);
  const unsafe = target.emulated && (leadsElsewhere(target, entry, word) & mask) !== 0n;
  entry.words[word] = (entry.words[word] ?? 0n) ^ (unsafe ? TOP_BIT : mask);
  if (entry.structure === 'pasid-table') staySecondStage(target, entry);
}

/** Bits of `entry` that may lead a request to other memory than before. */
function leadsElsewhere({ profile }: TranslationTarget, entry: TableEntry, word: number): bigint {
  const pointer = ((1n << BigInt(profile.haw)) - 1n) & ~0xfffn;
  switch (entry.structure) {
    case 'second-stage':
      return pointer | 0x80n;
    case 'context-legacy':
      return word === 0 ? pointer | 0xcn : 0x7n;
    case 'pasid-table':
      return word === 0 ? pointer | 0x1dcn : 0n;
    default:
      return pointer;
  }
}

/** First stage and accessed flags are not modelled: PGTT and SSADE go back where a flip turned them on. */
function staySecondStage({ capabilities }: TranslationTarget, entry: TableEntry): void {
  const word = entry.words[0] ?? 0n;
  const type = extract(word, 8, 6);
  const firstStage = (type === 1n && capabilities.FSTS === 1) || (type === 3n && capabilities.NEST === 1);
  const flags = type === 2n && capabilities.SSADS === 1 ? insert(word, 9, 9, 0n) : word;
  entry.words[0] = firstStage ? insert(flags, 8, 6, 0n) : flags;
}

/** The word with the pointer: of a scalable root entry the half that is used. */
function usedWord({ structure, words }: TableEntry): number {
  return structure.startsWith('root-scalable') && words[0] === 0n ? 1 : 0;
}

function isLargePage(entry: TableEntry): boolean {
  return entry.structure === 'second-stage' && entry.level > 1 && isPage(entry);
}

function pageBits({ level }: TableEntry): number {
  return 3 + 9 * level;
}

function setFields(entry: TableEntry, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) setField(entry, name, value);
}

function setField(entry: TableEntry, name: string, value: number): void {
  const { structure } = entry;
  if (structure === 'second-stage') return;
  const { word, high, low } = fieldOf(entryLayouts[structure], name);
  entry.words[word] = insert(entry.words[word] ?? 0n, high, low, BigInt(value));
}
