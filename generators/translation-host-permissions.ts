/** Host permission tables (4.2.4, 9.12): a few permissions for pages of data and of other memory. */
import { numberOf, wordOf } from '../models/halves.ts';
import type { Choices } from './choices.ts';
import { BLOCK_BYTES, framesOf, PAGE_BYTES, type TableEntry, type Tables } from './tables.ts';
import { interruptFrame } from './translation-mappings.ts';
import type { TranslationTarget } from './translation-target.ts';

const ADDRESS_VALID = 1n;
/** By level: bits of the address below those that select a permission, and permissions in an entry, log2. */
const pageBits = [0, 12, 21, 30, 41] as const;
const permissionBits = [0, 5, 4, 3, 0] as const;
const MOST_PERMISSIONS = 3;
/** Bits of the word that leads to the next table, and the last one before them. */
const IGNORED = 0xfff0_0000_0000_0000n;
const LAST_RESERVED = 51;
/** 4 KiB frames that a page of the top table controls. */
const FRAMES_PER_REGION = 2 ** (49 - 12);

export interface HostPermissions {
  /** HPTSZ and pointer, and HPTDID, as words 4 and 5 of a PASID table entry. */
  readonly words: readonly [bigint, bigint];
  /** Host addresses / 4096 that have a permission. */
  readonly frames: readonly number[];
  /** For each of them the entries from the top table to its permission, or none where others stand. */
  readonly paths: readonly (readonly TableEntry[])[];
}

/** A new table with some permissions; `varied`: of pages too that must not be reached, on ways that no unit takes. */
export function addHostPermissions(
  target: TranslationTarget,
  tables: Tables,
  dataBlock: number,
  choices: Choices,
  varied = false,
): HostPermissions {
  const { haw } = target.profile;
  const topPage = tables.page();
  const size = choices.one([0, 0, 1, 2, 3]);
  // A large top table reaches over eight pages: only the one with the entries needs memory of its own.
  const reach = haw > 49 && choices.oneIn(2) ? 2 ** Math.min(size, haw - 49) : 1;
  const region = Math.min(choices.pick(reach), topPage / PAGE_BYTES);
  const top = topPage - region * PAGE_BYTES;
  const frames: number[] = [];
  const paths: TableEntry[][] = [];
  for (let count = 1 + choices.pick(MOST_PERMISSIONS); count > 0; count--) {
    const inRegion = choices.oneIn(3)
      ? choices.below(2 ** (Math.min(haw, 49) - 12))
      : dataBlock / PAGE_BYTES + choices.pick(BLOCK_BYTES / PAGE_BYTES);
    const isInterrupt = varied && choices.oneIn(8);
    const frame = isInterrupt
      ? interruptFrame(choices)
      : (inRegion % FRAMES_PER_REGION) + region * FRAMES_PER_REGION;
    const levels = target.capabilities.HPT1GPS === 1 || choices.oneIn(8) ? [1, 2, 3] : [1, 2];
    const path = permit(
      target,
      tables,
      top,
      frame * PAGE_BYTES,
      choices,
      choices.one(levels),
      drawPermission(choices),
    );
    frames.push(frame);
    paths.push(path);
  }
  if (varied && choices.oneIn(3)) {
    const path = choices.one(paths);
    if (path.length > 0) vary(target, choices.one(path), choices);
  }
  const id = hostDomain(tables.id(), target);
  const pointer = choices.oneIn(12) && target.holes.length > 0 ? choices.one(target.holes) : top;
  return { words: [wordOf(pointer) | BigInt(size), id], frames, paths };
}

/** A domain id for number `number`: every other one has the highest bit that the unit has. */
function hostDomain(number: number, { domainIds }: TranslationTarget): bigint {
  const highest = (domainIds + 1n) >> 1n;
  return (BigInt(number) | (number % 2 === 0 ? highest : 0n)) & domainIds;
}

/** Sets bits that units ignore, or one that they must refuse: which these are differs from level to level (9.12). */
function vary({ profile: { haw } }: TranslationTarget, { level, words }: TableEntry, choices: Choices): void {
  // The lowest level has nothing but permissions.
  if (level === 1) return;
  const set = (word: number, bits: bigint) => {
    words[word] = (words[word] ?? 0n) | bits;
  };
  const kind = choices.pick(6);
  if (kind < 2) set(1, choices.word() & IGNORED);
  else if (kind === 2) words[1] = (words[1] ?? 0n) & ~ADDRESS_VALID;
  else if (kind === 3 && level > 2) set(0, 1n << BigInt(32 + choices.pick(32)));
  else set(1, 1n << BigInt(choices.one([1, 11, 1 + choices.pick(11), Math.min(haw, LAST_RESERVED)])));
}

/** The index of one of `frames`, most often the first, so that a change and what is asked about it meet. */
export function drawPermitted(frames: readonly number[], choices: Choices): number {
  return choices.oneIn(3) ? choices.pick(frames.length) : 0;
}

/**
 * In place of the pages that have a permission one beside one of them, above the lowest level: its permission is 0 in
 * an entry that is not, and where no table follows that is the end of the walk (6.2.6). `host` itself where none is.
 */
export function beside(host: HostPermissions): HostPermissions {
  const index = host.paths.findIndex((path) => path.at(-1)?.level === 2 || path.at(-1)?.level === 3);
  const path = host.paths[index];
  if (path === undefined) return host;
  const size = framesOf(path.at(-1)?.level ?? 1);
  const frame = host.frames[index] as number;
  // In the same entry.
  const next = Math.floor(frame / size) % 2 === 0 ? frame + size : frame - size;
  return { ...host, frames: [next], paths: [path] };
}

/** R and W, at times with a reserved bit beside them. */
function drawPermission(choices: Choices): bigint {
  const rights = choices.one([3n, 3n, 1n, 2n, 0n]);
  return choices.oneIn(6) ? rights | choices.one([4n, 8n]) : rights;
}

/**
 * Gives `rights` to the page of `level` at `address`, as far as no larger page has some; returns the way there, as far
 * as the table has it for itself.
 */
function permit(
  target: TranslationTarget,
  tables: Tables,
  top: number,
  address: number,
  choices: Choices,
  level: number,
  rights: bigint,
): TableEntry[] {
  const path: TableEntry[] = [];
  let table = top;
  for (let at = 4; ; at--) {
    const below = pageBits[at] as number;
    const selected = permissionBits[at] as number;
    const index = Math.floor(address / 2 ** (below + selected));
    const entryAddress = table + 16 * (at === 4 ? index : index % 256);
    const entry = tables.entry('host-permission', entryAddress, [0n, 0n], at);
    // A large top table reaches over pages of others: what stands there is theirs.
    if (entry.structure !== 'host-permission') return path;
    path.push(entry);
    if (at === level) {
      const page = Math.floor(address / 2 ** below) % 2 ** selected;
      const word = page >> 4;
      entry.words[word] = (entry.words[word] ?? 0n) | (rights << BigInt(4 * (page & 15)));
      return path;
    }
    const next = entry.words[1] ?? 0n;
    if ((next & ADDRESS_VALID) !== 0n) {
      table = numberOf(next - ADDRESS_VALID);
      if (target.holes.includes(table)) return path;
    } else {
      table = tables.page();
      const hole = choices.oneIn(32) && target.holes.length > 0;
      entry.words[1] = wordOf(hole ? choices.one(target.holes) : table) | ADDRESS_VALID;
      if (hole) return path;
    }
  }
}
