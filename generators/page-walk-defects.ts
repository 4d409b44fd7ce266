/** Defects of second-stage entries as a walk of a range meets them: each reason to pass an entry over. */
import type { Choices } from './choices.ts';
import { isPage, layoutOf, type TableEntry, type Tables } from './tables.ts';
import { addDefect } from './translation-defects.ts';
import type { TranslationTarget } from './translation-target.ts';

const READ_WRITE = 3n;
const ALL_ONES = 2n ** 64n - 1n;
const ADDRESS = 0xf_ffff_ffff_f000n;
const ENTRIES_PER_TABLE = 512;

type Defect = (target: TranslationTarget, tables: Tables, entry: TableEntry, choices: Choices) => void;

/** Puts one defect into an entry, or beside it. */
export function addWalkDefect(target: TranslationTarget, tables: Tables, choices: Choices): void {
  choices.one(defects)(target, tables, choices.one(tables.entries), choices);
}

const defects: readonly Defect[] = [
  clearRights,
  clearRights,
  keepOneRight,
  keepOneRight,
  keepOneRight,
  pointNowhere,
  pointNowhere,
  anyDefect,
  anyDefect,
  anyDefect,
  ignoredBits,
  unusedEntry,
  unusedEntry,
  allOnes,
];

function change(entry: TableEntry, update: (word: bigint) => bigint): void {
  entry.words[0] = update(entry.words[0] ?? 0n);
}

function clearRights(_: TranslationTarget, __: Tables, entry: TableEntry): void {
  change(entry, (word) => word & ~READ_WRITE);
}

/** With another right on the same path nothing is left. */
function keepOneRight(_: TranslationTarget, __: Tables, entry: TableEntry, choices: Choices): void {
  const right = choices.one([1n, 2n]);
  change(entry, (word) => (word & ~READ_WRITE) | right);
}

function pointNowhere(target: TranslationTarget, _: Tables, entry: TableEntry, choices: Choices): void {
  if (target.holes.length === 0 || isPage(entry)) return;
  const hole = BigInt(choices.one(target.holes)) & ((1n << BigInt(target.profile.haw)) - 1n);
  change(entry, (word) => (word & ~ADDRESS) | hole);
}

function anyDefect(target: TranslationTarget, _: Tables, entry: TableEntry, choices: Choices): void {
  addDefect(target, entry, choices);
}

function ignoredBits(target: TranslationTarget, _: Tables, entry: TableEntry, choices: Choices): void {
  const bits = target.ignored(layoutOf(entry)) & choices.word();
  change(entry, (word) => word | bits);
}

/** The next entry of the table grants nothing, whatever else it holds. */
function unusedEntry(target: TranslationTarget, tables: Tables, entry: TableEntry, choices: Choices): void {
  const index = (entry.address / 8 + 1) % ENTRIES_PER_TABLE;
  const address = entry.address - (entry.address % (8 * ENTRIES_PER_TABLE)) + 8 * index;
  const [word = 0n] = entry.words;
  const other = choices.oneIn(3) ? choices.word() : word;
  const host = (1n << BigInt(target.profile.haw)) - 1n;
  tables.entry('second-stage', address, [other & host & ~READ_WRITE], entry.level);
}

function allOnes(_: TranslationTarget, __: Tables, entry: TableEntry): void {
  change(entry, () => ALL_ONES);
}
