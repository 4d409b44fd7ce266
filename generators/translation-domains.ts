/**
 * Domains: second stage, first stage, or first stage nested in second stage, and how walks go about flags.
 * A domain has an id of its own, because the same id must mean the same tables (6.2.2.1).
 */
import type { Choices } from './choices.ts';
import { BLOCK_BYTES, PAGE_BYTES, type Tables, type Tree } from './tables.ts';
import type { TranslationTarget } from './translation-target.ts';

/** Tables that devices and processes may share. */
export interface Domain {
  readonly id: number;
  /** Encoding of the second-stage address width; levels are aw + 2. */
  readonly aw: number;
  readonly second: Tree | undefined;
  readonly first: Tree | undefined;
  /** SSADE, EAFE, WPE and PWSNP of PASID table entries. */
  readonly flags: boolean;
  readonly extended: boolean;
  readonly protect: boolean;
  readonly snooped: boolean;
}

export interface SecondStageDomain extends Domain {
  readonly second: Tree;
}

const READ = 1n;
const WRITE = 2n;
const READ_WRITE = 3n;
const PRESENT_WRITE_USER = 7n;
const SECOND_ACCESSED = 0x100n;
export const SECOND_DIRTY = 0x200n;
/** A and EA. */
export const FIRST_ACCESSED = 0x420n;
export const FIRST_DIRTY = 0x40n;

/**
 * PGTT values that requests can be translated by: 1 first stage, 2 second stage, 3 nested. Nested pages can
 * overlap in ways that lead elsewhere than to the data pages of an emulator.
 */
export function kindsOf({ capabilities, emulated }: TranslationTarget, legacy: boolean): readonly number[] {
  if (legacy) return [2];
  const { SSTS, FSTS, NEST } = capabilities;
  const kinds = [...(SSTS ? [2] : []), ...(FSTS ? [1, 1] : []), ...(NEST && !emulated ? [3, 3, 3] : [])];
  return kinds.length > 0 ? kinds : [2];
}

/** Domain number `id` of a kind and width that the unit has. */
export function newDomain(
  target: TranslationTarget,
  tables: Tables,
  legacy: boolean,
  id: number,
  choices: Choices,
): Domain {
  const { capabilities, addressWidths, emulated } = target;
  const kind = choices.one(kindsOf(target, legacy));
  const flags = kind !== 1 && !legacy && capabilities.SSADS === 1 && choices.oneIn(2);
  const snooped = !legacy && capabilities.SMPWCS === 1 && !choices.oneIn(flags ? 3 : 5);
  // Where walks are not snooped software sets the flags in advance (3.10).
  const preset = snooped ? choices.oneIn(4) : emulated || !choices.oneIn(flags ? 3 : 8);
  // A narrow second stage under nesting: addresses beyond it are within the host address width.
  const aw = kind === 3 && choices.oneIn(2) ? Math.min(...addressWidths) : choices.one(addressWidths);
  const second = kind === 1 ? undefined : secondStage(target, tables, aw, flags && preset);
  const modes = capabilities.FS5LP === 1 ? [0, 1] : [0];
  const first =
    kind === 2 ? undefined : firstStage(target, tables, second, choices.one(modes), preset, choices);
  const extended = first !== undefined && capabilities.EAFS === 1 && choices.oneIn(2);
  const protect = first !== undefined && choices.oneIn(2);
  const domain = { id, aw, second, first, flags, extended, protect, snooped };
  if (first !== undefined && second !== undefined) mapFirstTable(target, tables, first, second, choices);
  return domain;
}

function secondStage(target: TranslationTarget, tables: Tables, aw: number, preset: boolean): Tree {
  const levels = aw + 2;
  return secondStageTree(tables, levels, Math.min(target.capabilities.MGAW + 1, 12 + 9 * levels), preset);
}

/** A second stage of `levels` for addresses of `limitBits`; with `preset` every flag is set in advance. */
export function secondStageTree(tables: Tables, levels: number, limitBits: number, preset = false): Tree {
  return {
    stage: 'second-stage',
    levels,
    top: tables.page(),
    limitBits,
    entryBits: READ_WRITE | (preset ? SECOND_ACCESSED : 0n),
    pageBits: preset ? SECOND_DIRTY : 0n,
    tables: [[], [], [], [], [], []],
    shift: 0,
  };
}

/** A domain with a second stage alone, without flags. */
export function secondStageDomain(
  target: TranslationTarget,
  tables: Tables,
  choices: Choices,
): SecondStageDomain {
  const domain = newDomain(target, tables, true, 1, choices);
  if (domain.second === undefined) throw new RangeError('a legacy domain has a second stage');
  return { ...domain, second: domain.second };
}

/** A first stage of 4 levels, or 5 in mode 1; with `preset` every flag is set in advance. */
export function firstStage(
  { profile: { haw } }: TranslationTarget,
  tables: Tables,
  second: Tree | undefined,
  mode: number,
  preset: boolean,
  choices: Choices,
): Tree {
  const levels = 4 + mode;
  return {
    stage: 'first-stage',
    levels,
    top: tables.page(),
    limitBits: 12 + 9 * levels,
    entryBits: PRESENT_WRITE_USER | (preset ? FIRST_ACCESSED : 0n),
    pageBits: preset ? FIRST_DIRTY : 0n,
    tables: [[], [], [], [], [], []],
    shift: second === undefined ? 0 : guestBlock(Math.min(second.limitBits, haw), choices) - tables.block,
    ...(second === undefined ? {} : { guestBits: second.limitBits }),
  };
}

/** The guest-physical 2 MiB in which the guest sees its tables: low, anywhere, or at the end. */
function guestBlock(bits: number, choices: Choices): number {
  const blocks = 2 ** (bits - 21);
  return choices.one([1, 0, blocks - 1, choices.below(blocks)]) * BLOCK_BYTES;
}

function mapFirstTable(
  target: TranslationTarget,
  tables: Tables,
  first: Tree,
  second: Tree,
  choices: Choices,
): void {
  const large = target.pageLevels.includes(2) && choices.oneIn(4);
  mapGuestTable(tables, first.top, first.shift, second, large ? 2 : 1, choices);
}

/** Makes the table at the host address `table` visible to the guest, `shift` bytes higher, at times half. */
export function mapGuestTable(
  tables: Tables,
  table: number,
  shift: number,
  second: Tree,
  level: number,
  choices: Choices,
): void {
  const target = level === 2 ? tables.block : table;
  const frame = (target + shift) / PAGE_BYTES;
  const path = tables.map(second, { frame, level, target }, (next) => newTable(tables, second, next));
  const leaf = path.at(-1);
  if (leaf?.level === level && choices.oneIn(9)) {
    leaf.words[0] = (leaf.words[0] ?? 0n) & ~choices.one([READ, WRITE, WRITE, WRITE]);
  }
}

/** A new table of `level` of a tree. */
export function newTable(tables: Tables, tree: Tree, level: number): number {
  const address = tables.page();
  tree.tables[level]?.push(address);
  return address;
}
