/** Pages behind second-stage domains: input addresses at the borders of tables, outputs at those of memory. */
import type { Choices } from './choices.ts';
import {
  BLOCK_BYTES,
  framesOf,
  isPage,
  layoutOf,
  PAGE_BYTES,
  type TableEntry,
  type Tables,
} from './tables.ts';
import type { Domain } from './translation-devices.ts';
import type { TranslationTarget } from './translation-target.ts';

export const FRAMES_PER_BLOCK = BLOCK_BYTES / PAGE_BYTES;
const FRAMES_PER_GIGABYTE = framesOf(3);
const FRAMES_PER_4_GIGABYTES = 4 * FRAMES_PER_GIGABYTE;
const READ_ONLY = 1n;
const WRITE_ONLY = 2n;
const READ_WRITE = 3n;
const SNOOP = 0x800n;
/** FEEx_xxxxh: an interrupt request as input, refused as output (3.15). */
const INTERRUPT_FRAME = 0xfee00;
const INTERRUPT_FRAMES = 0x100;

export interface Mapping {
  readonly domain: Domain;
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
  const { target, tables } = room;
  // Once in a while a size that the unit does not have.
  const level = choices.oneIn(24) ? 1 + choices.pick(3) : choices.one(target.pageLevels);
  const output = outputFrame(room, level, choices);
  const size = framesOf(level);
  const aligned = alignedFrame(inputFrame(domain, choices), size);
  const leaf = { frame: aligned, level, target: alignedFrame(output, size) * PAGE_BYTES };
  const path = tables.map(domain.top, domain.levels, leaf, (tableLevel) => {
    // A 1G page under a shared table would put its output elsewhere than in memory of an emulator.
    const shared = target.emulated && tableLevel > 2 ? [] : tables.tables(tableLevel);
    return shared.length > 0 && choices.oneIn(6) ? choices.one(shared) : undefined;
  });
  dress(target, path, choices);
  return { domain, frame: aligned + (output % size), level, path };
}

function alignedFrame(frame: number, size: number): number {
  return frame - (frame % size);
}

/** Each index at a border or anywhere, and at times the last frame that the domain reaches. */
function inputFrame({ levels, limitBits }: Domain, choices: Choices): number {
  const frames = 2 ** (limitBits - 12);
  if (choices.oneIn(12)) return frames - 1;
  let frame = 0;
  for (let level = 1; level <= levels; level++) {
    frame += choices.one([0, 0, 1, 511, choices.pick(512)]) * framesOf(level);
  }
  frame %= frames;
  return isInterruptFrame(frame) ? frame + INTERRUPT_FRAMES : frame;
}

function isInterruptFrame(frame: number): boolean {
  return frame >= INTERRUPT_FRAME && frame < INTERRUPT_FRAME + INTERRUPT_FRAMES;
}

function outputFrame({ target, dataBlock }: Room, level: number, choices: Choices): number {
  const data = dataBlock / PAGE_BYTES + choices.pick(FRAMES_PER_BLOCK);
  const interrupt = INTERRUPT_FRAME + choices.pick(INTERRUPT_FRAMES);
  if (target.emulated) return level === 1 && choices.oneIn(16) ? interrupt : data;
  const frames = 2 ** (target.profile.haw - 12);
  return choices.one([
    ...[data, data, choices.below(frames), choices.below(frames)],
    ...[0, frames - 1, INTERRUPT_FRAME - 1, INTERRUPT_FRAME + INTERRUPT_FRAMES, interrupt],
    // Not in the interrupt range: the upper half counts as well.
    (FRAMES_PER_4_GIGABYTES + interrupt) % frames,
  ]);
}

/** Rights, ignored bits and the snoop bit, along the path. */
function dress(target: TranslationTarget, path: readonly TableEntry[], choices: Choices): void {
  const rights = choices.one([READ_WRITE, READ_WRITE, READ_WRITE, READ_ONLY, WRITE_ONLY]);
  const narrow = choices.one(path);
  if (rights !== READ_WRITE) narrow.words[0] = ((narrow.words[0] ?? 0n) & ~READ_WRITE) | rights;
  const leaf = path.at(-1);
  if (leaf && isPage(leaf) && target.capabilities.SC === 1 && choices.oneIn(8)) {
    leaf.words[0] = (leaf.words[0] ?? 0n) | SNOOP;
  }
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
