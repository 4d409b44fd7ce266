/** Pages of domains: input addresses at the borders of tables, outputs at those of memory. */
import type { Choices } from './choices.ts';
import {
  BLOCK_BYTES,
  framesOf,
  isPage,
  layoutOf,
  PAGE_BYTES,
  type TableEntry,
  type Tables,
  type Tree,
} from './tables.ts';
import {
  type Domain,
  FIRST_ACCESSED,
  FIRST_DIRTY,
  mapGuestTable,
  newTable,
  SECOND_DIRTY,
} from './translation-domains.ts';
import type { TranslationTarget } from './translation-target.ts';

export const FRAMES_PER_BLOCK = BLOCK_BYTES / PAGE_BYTES;
const FRAMES_PER_GIGABYTE = framesOf(3);
const FRAMES_PER_4_GIGABYTES = 4 * FRAMES_PER_GIGABYTE;
/** 64-bit addresses / 4096. */
export const FRAMES = 2 ** 52;
const READ_WRITE = 3n;
const WRITE = 2n;
const SNOOP = 0x800n;
/** FEEx_xxxxh: an interrupt request as input, refused as output (3.15). */
const INTERRUPT_FRAME = 0xfee00;
const INTERRUPT_FRAMES = 0x100;

export interface Mapping {
  readonly domain: Domain;
  /** The tables that the input address is looked up in first. */
  readonly tree: Tree;
  /** Input address / 4096 that leads to the frame which was aimed at. */
  readonly frame: number;
  /** 1 for a 4K page, 2 for 2M, 3 for 1G. */
  readonly level: number;
  /** Entries from the top table to the page. */
  readonly path: readonly TableEntry[];
}

/** Where the pages of a case lie. `dataBlock` is a 2 MiB block without tables. */
export interface Room {
  readonly target: TranslationTarget;
  readonly tables: Tables;
  readonly dataBlock: number;
}

/** Maps a page in `domain`. */
export function addMapping(room: Room, domain: Domain, choices: Choices): Mapping {
  const { first, second } = domain;
  if (second === undefined) return mapIn(room, domain, first as Tree, choices, undefined);
  const host = mapIn(room, domain, second, choices, undefined);
  if (first === undefined) return host;
  const mapping = mapIn(room, domain, first, choices, host.frame);
  if (domain.flags && choices.oneIn(4)) leaveReadOnly(host.path, mapping.path);
  return mapping;
}

/** The host would let the page be written, and keeps whether it was; the guest does not. */
function leaveReadOnly(host: readonly TableEntry[], guest: readonly TableEntry[]): void {
  for (const entry of host) entry.words[0] = (entry.words[0] ?? 0n) | READ_WRITE;
  setAccessed(guest);
  for (const leaf of guest.slice(-1)) clear(leaf, WRITE);
}

/** Maps a page in `tree`, to the frame `aim` or any. */
function mapIn(room: Room, domain: Domain, tree: Tree, choices: Choices, aim: number | undefined): Mapping {
  const { target } = room;
  const isFirst = tree.stage === 'first-stage';
  const supported = isFirst ? target.firstPageLevels : target.pageLevels;
  // Once in a while a size that the unit does not have.
  const level = choices.oneIn(24) ? 1 + choices.pick(3) : choices.one(supported);
  // First-stage entries hold guest-physical addresses of no more bits than host addresses have.
  const guest = domain.first === undefined ? tree.limitBits : target.profile.haw;
  const bits = Math.min(tree.limitBits, guest);
  const output = aim ?? outputFrame(room, level, choices);
  const size = framesOf(level);
  // No request is led there but translation requests, which the tables do not decide (4.2.3).
  const isUnheard = !target.emulated && target.kinds.includes('translation') && choices.oneIn(8);
  const input = isFirst ? canonicalFrame(tree, choices) : inputFrame(tree, bits, choices);
  const aligned = alignedFrame(isUnheard ? interruptFrame(choices) : input, size);
  const leaf = { frame: aligned, level, target: alignedFrame(output, size) * PAGE_BYTES };
  const path = room.tables.map(tree, leaf, (next) => tableFor(room, domain, tree, next, choices));
  if (path.length === 0) return { domain, tree, frame: aligned, level, path };
  if (isFirst) dressFirst(target, path, choices);
  else dressSecond(target, path, choices);
  if (isPage(path.at(-1) as TableEntry) && choices.oneIn(domain.snooped ? 12 : 6)) {
    if (isFirst) leaveClean(room.tables, domain, tree, path);
    else clear(path.at(-1) as TableEntry, SECOND_DIRTY);
  }
  return { domain, tree, frame: aligned + (output % size), level, path };
}

/** A table of `tree` for an empty place: at times one that it has already. */
function tableFor(
  { target, tables }: Room,
  { first, second }: Domain,
  tree: Tree,
  level: number,
  choices: Choices,
): number {
  // A 1G page under a shared table would put its output elsewhere than in memory of an emulator.
  const known = target.emulated && level > 2 ? [] : (tree.tables[level] ?? []);
  if (known.length > 0 && choices.oneIn(6)) return choices.one(known);
  const table = newTable(tables, tree, level);
  if (tree === first && second !== undefined) mapGuestTable(tables, table, tree.shift, second, 1, choices);
  return table;
}

function alignedFrame(frame: number, size: number): number {
  return frame - (frame % size);
}

/** Each index at a border or anywhere, and at times the last frame of an address of `bits`. */
export function inputFrame({ levels }: Tree, bits: number, choices: Choices): number {
  const frames = 2 ** (bits - 12);
  if (choices.oneIn(12)) return frames - 1;
  let frame = 0;
  for (let level = 1; level <= levels; level++) {
    frame += choices.one([0, 0, 1, 511, choices.pick(512)]) * framesOf(level);
  }
  frame %= frames;
  return isInterruptFrame(frame) ? frame + INTERRUPT_FRAMES : frame;
}

/** The same of a first stage: its last bit is the sign of the address. */
export function canonicalFrame(tree: Tree, choices: Choices): number {
  const frame = inputFrame(tree, tree.limitBits, choices);
  const half = 2 ** (tree.limitBits - 13);
  return frame < half ? frame : frame + FRAMES - 2 * half;
}

export function interruptFrame(choices: Choices): number {
  return INTERRUPT_FRAME + choices.pick(INTERRUPT_FRAMES);
}

export function isInterruptFrame(frame: number): boolean {
  return frame >= INTERRUPT_FRAME && frame < INTERRUPT_FRAME + INTERRUPT_FRAMES;
}

function outputFrame({ target, dataBlock }: Room, level: number, choices: Choices): number {
  const data = dataBlock / PAGE_BYTES + choices.pick(FRAMES_PER_BLOCK);
  const interrupt = interruptFrame(choices);
  if (target.emulated) return level === 1 && choices.oneIn(16) ? interrupt : data;
  const frames = 2 ** (target.profile.haw - 12);
  return choices.one([
    ...[data, data, choices.below(frames), choices.below(frames)],
    ...[0, frames - 1, INTERRUPT_FRAME - 1, INTERRUPT_FRAME + INTERRUPT_FRAMES, interrupt],
    // Not in the interrupt range: the upper half counts as well.
    (FRAMES_PER_4_GIGABYTES + interrupt) % frames,
  ]);
}

const PRESENT_WRITE_USER = 7n;
/** A, D and EA. */
const firstFlags = [0x20n, 0x40n, 0x400n, 0x460n];

/** R/W and U/S, flags and ignored bits along the path, at times an address beyond the second stage. */
function dressFirst(target: TranslationTarget, path: readonly TableEntry[], choices: Choices): void {
  const rights = choices.one([7n, 7n, 7n, 7n, 7n, 7n, 5n, 5n, 3n, 1n]);
  if (rights !== PRESENT_WRITE_USER) clear(choices.one(path), PRESENT_WRITE_USER & ~rights);
  if (choices.oneIn(8))
    clear(choices.one([choices.one(path), path.at(-1) as TableEntry]), choices.one(firstFlags));
  // Of a table the builder follows the address, so that only a defect may change it.
  const page = path.at(-1) as TableEntry;
  const { haw } = target.profile;
  const { guestBits = haw } = page;
  if (isPage(page) && guestBits < haw && choices.oneIn(24)) {
    page.words[0] = (page.words[0] ?? 0n) | (1n << BigInt(choices.one([guestBits, haw - 1])));
  }
  setIgnored(target, path, choices);
  // Where flags above are due, or none are, a page may be accessed and dirty, or only one of the two.
  if (isPage(page) && choices.oneIn(3)) {
    const clean = (page.words[0] ?? 0n) & ~(FIRST_ACCESSED | FIRST_DIRTY);
    const both = FIRST_ACCESSED | FIRST_DIRTY;
    page.words[0] =
      clean | choices.one([FIRST_ACCESSED, FIRST_ACCESSED, FIRST_ACCESSED, both, both, FIRST_DIRTY]);
  }
}

/** Rights, flags, the snoop bit and ignored bits along the path. */
function dressSecond(target: TranslationTarget, path: readonly TableEntry[], choices: Choices): void {
  const rights = choices.one([3n, 3n, 3n, 3n, 3n, 1n, 2n]);
  if (rights !== READ_WRITE) clear(choices.one(path), READ_WRITE & ~rights);
  const leaf = path.at(-1) as TableEntry;
  if (choices.oneIn(6)) clear(choices.one([choices.one(path), leaf]), choices.one([0x100n, 0x200n, 0x200n]));
  if (isPage(leaf) && target.capabilities.SC === 1 && choices.oneIn(8)) {
    leaf.words[0] = (leaf.words[0] ?? 0n) | SNOOP;
  }
  setIgnored(target, path, choices);
}

/** Of all flags D of the page alone is due; where there is a second stage, it lets nobody write to the table. */
function leaveClean(
  tables: Tables,
  { second, flags }: Domain,
  { shift }: Tree,
  path: readonly TableEntry[],
): void {
  setAccessed(path);
  const page = path.at(-1) as TableEntry;
  clear(page, FIRST_DIRTY);
  // With flags of its own the second stage asks for the right to write before anything is read (3.8.1).
  if (second === undefined || flags) return;
  const table = page.address - (page.address % PAGE_BYTES);
  const seen = { frame: (table + shift) / PAGE_BYTES, level: 1, target: table };
  const leaf = tables.map(second, seen, (level) => newTable(tables, second, level)).at(-1);
  if (leaf !== undefined) clear(leaf, WRITE);
}

/** Every right in the first stage, and A and EA. */
function setAccessed(path: readonly TableEntry[]): void {
  for (const entry of path) entry.words[0] = (entry.words[0] ?? 0n) | PRESENT_WRITE_USER | FIRST_ACCESSED;
}

function clear(entry: TableEntry, mask: bigint): void {
  entry.words[0] = (entry.words[0] ?? 0n) & ~mask;
}

function setIgnored(target: TranslationTarget, path: readonly TableEntry[], choices: Choices): void {
  if (!choices.oneIn(3)) return;
  const entry = choices.one(path);
  const mask = choices.oneIn(2) ? choices.word() : 1n << BigInt(choices.pick(64));
  entry.words[0] = (entry.words[0] ?? 0n) | (target.ignored(layoutOf(entry)) & mask);
}

/** The gigabytes of input address that a 1G page maps. */
export function gigabytePages(mappings: readonly Mapping[]): ReadonlySet<number> {
  const large = mappings.filter(({ path }) => path.at(-1)?.level === 3);
  return new Set(large.map(({ frame }) => Math.floor(frame / FRAMES_PER_GIGABYTE)));
}
