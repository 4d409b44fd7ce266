/** Changes of paging entries: pages moved, unmapped, with other rights and sizes, and other tables under them. */
import type { Choices } from './choices.ts';
import {
  type Changer,
  hasFirstStage,
  iotlbRange,
  type Phase,
  pasidIotlbRanges,
} from './invalidation-change.ts';
import type { Selector } from './invalidation-descriptors.ts';
import { type Place, type Stage, stageOf } from './invalidation-stage.ts';
import { guestTable, NESTED } from './invalidation-world.ts';
import { framesOf, PAGE_BYTES, type TableEntry, type Tree } from './tables.ts';
import { newTable } from './translation-domains.ts';

const POINTER = 0xf_ffff_ffff_f000n;
const PAGE_SIZE = 0x80n;
const READ_WRITE = 3n;

/** The tables of one stage on the way of a page. */
interface Paging {
  readonly stage: Stage;
  readonly place: Place;
  readonly tree: Tree;
  readonly frame: number;
  readonly path: readonly TableEntry[];
}

function pagingOf(stage: Stage, place: Place, second: boolean): Paging | undefined {
  const found = stageOf(place, second);
  if (found === undefined) return undefined;
  const [tree, frame] = found;
  return { stage, place, tree, frame, path: stage.path(tree, frame) };
}

/** Second stage of a nested page too, half of the time. */
function isSecond({ space }: Place, choices: Choices): boolean {
  return !hasFirstStage(space) || (space.kind === NESTED && choices.oneIn(2));
}

/** Rows 6 and 7: the page moves, goes, comes back, or gets other rights. */
export const changeLeaf: Changer = (stage, place, choices) => {
  const paging = pagingOf(stage, place, isSecond(place, choices));
  const leaf = paging?.path.at(-1);
  return paging && leaf ? [leafPhase(paging, leaf, choices)] : [];
};

/** Rows 6 and 7: a table on the way is exchanged, goes or comes back, or grants something else. */
export const changeTable: Changer = (stage, place, choices) =>
  changeTableOf(pagingOf(stage, place, isSecond(place, choices)), choices);

function changeTableOf(paging: Paging | undefined, choices: Choices): readonly Phase[] {
  const upper = paging?.path.slice(0, -1) ?? [];
  if (paging === undefined || upper.length === 0) return [];
  const at = upper.length - 1 - choices.one([0, 0, choices.pick(upper.length)]);
  const entry = upper[at] as TableEntry;
  const word = paging.stage.word(entry, 0);
  if (!isPresent(entry, word)) return [phase(paging, entry, restored(entry, word))];
  if (choices.oneIn(5)) return [phase(paging, entry, absent(entry, word, choices))];
  if (choices.oneIn(12)) return [phase(paging, entry, word ^ rightOf(entry, choices))];
  return [phase(paging, entry, exchanged(paging, at))];
}

/** Row 7 under nesting: where the guest's tables lie in host memory. */
export const changeGuestTable: Changer = (stage, place, choices) => {
  const { domain } = place.space;
  const paging = place.space.kind === NESTED ? pagingOf(stage, place, false) : undefined;
  if (domain?.second === undefined || paging === undefined) return [];
  const tables = [
    paging.tree.top,
    ...paging.path.slice(0, -1).map((entry) => stage.pointer(entry, 0) - paging.tree.shift),
  ];
  const at = Math.min(1 + choices.pick(tables.length), tables.length) - 1;
  const table = choices.oneIn(2) ? (tables.at(-1) as number) : (tables[at] as number);
  const frame = (table + paging.tree.shift) / PAGE_BYTES;
  const second = { ...paging, tree: domain.second, frame, path: stage.path(domain.second, frame) };
  const leaf = second.path.at(-1);
  if (leaf === undefined) return [];
  const word = stage.word(leaf, 0);
  if (!isPresent(leaf, word)) return [phase(second, leaf, restored(leaf, word))];
  // The guest's table is copied elsewhere, with its page moved.
  const index = tables.indexOf(table);
  if (leaf.level !== 1 || choices.oneIn(4)) return [phase(second, leaf, absent(leaf, word, choices))];
  const copy = stage.ground.tables.page();
  const below = paging.path[index];
  if (below === undefined) return [];
  copyEntry(paging, below, copy, index);
  return [phase(second, leaf, (word & ~POINTER) | BigInt(copy))];
};

/** Rows 6 and 7 under nesting: the guest's tables move in host memory, and the guest uses another one. */
export const changeBothTables: Changer = (stage, place, choices) => [
  ...changeGuestTable(stage, place, choices),
  ...changeTableOf(pagingOf(stage, place, false), choices),
];

/** Rows 6 and 7: what is not present on the way becomes so; if all is, an entry goes. */
export const changePagingPresence: Changer = (stage, place, choices) => {
  const stages = hasFirstStage(place.space) ? [false, true] : [true];
  const pagings = stages.flatMap((second) => pagingOf(stage, place, second) ?? []);
  for (const paging of pagings) {
    for (const entry of paging.path) {
      const word = stage.word(entry, 0);
      if (!isPresent(entry, word)) return [phase(paging, entry, restored(entry, word))];
    }
  }
  const paging = pagings.at(-1);
  if (paging === undefined || paging.path.length === 0) return [];
  const entry = choices.one(paging.path);
  return [phase(paging, entry, absent(entry, stage.word(entry, 0), choices))];
};

/** A page of 4K becomes one of 2M, or the other way round, without P=0 between (6.2.4.1). */
export const changeSize: Changer = (stage, place, choices) => {
  const paging = pagingOf(stage, place, isSecond(place, choices));
  const leaf = paging?.path.at(-1);
  if (paging === undefined || leaf === undefined) return [];
  const { target, tables } = stage.ground;
  const { tree } = paging;
  const word = stage.word(leaf, 0);
  if (!isPresent(leaf, word) || tree.guestBits !== undefined) return [leafPhase(paging, leaf, choices)];
  if (leaf.level > 1) {
    const table = newTable(tables, tree, leaf.level - 1);
    const index = Math.floor(paging.frame / framesOf(leaf.level - 1)) % 512;
    const size = leaf.level > 2 ? PAGE_SIZE : 0n;
    const below = (word & ~(POINTER | PAGE_SIZE)) | size | BigInt(stage.frames.next(leaf.level - 1));
    tables.entry(tree.stage, table + 8 * index, [below], leaf.level - 1);
    return [phase(paging, leaf, (word & ~(POINTER | PAGE_SIZE)) | BigInt(table))];
  }
  const above = paging.path.at(-2);
  const levels = tree.stage === 'first-stage' ? target.firstPageLevels : target.pageLevels;
  if (above === undefined || !levels.includes(2)) return [leafPhase(paging, leaf, choices)];
  return [phase(paging, above, tree.entryBits | tree.pageBits | PAGE_SIZE | BigInt(stage.frames.next(2)))];
};

function leafPhase(paging: Paging, leaf: TableEntry, choices: Choices): Phase {
  const { stage, tree } = paging;
  const word = stage.word(leaf, 0);
  if (!isPresent(leaf, word)) return phase(paging, leaf, restored(leaf, word));
  switch (choices.pick(6)) {
    case 3:
      return phase(paging, leaf, absent(leaf, word, choices));
    case 4:
      return phase(paging, leaf, word ^ 2n);
    case 5:
      return phase(paging, leaf, tree.stage === 'first-stage' ? word ^ 4n : moved(paging, leaf));
    default:
      return phase(paging, leaf, moved(paging, leaf));
  }
}

/** The page elsewhere; under nesting where another page of the guest is. */
function moved({ stage, place, tree }: Paging, leaf: TableEntry): bigint {
  const word = stage.word(leaf, 0);
  const attributes = word & ~POINTER;
  if (tree.guestBits === undefined) return attributes | BigInt(stage.frames.next(leaf.level));
  const size = framesOf(leaf.level);
  const now = stage.pointer(leaf, 0) / PAGE_BYTES;
  const frames = place.space.pages.map(({ guestFrame = 0 }) => guestFrame - (guestFrame % size));
  const other = frames.find((frame) => frame !== now) ?? now + size;
  return attributes | (BigInt(other) << 12n);
}

/** The entry at `at` of the path leads to a new table, with the page under it moved. */
function exchanged(paging: Paging, at: number): bigint {
  const { stage, tree, path } = paging;
  const entry = path[at] as TableEntry;
  const below = path[at + 1] as TableEntry;
  const table = tableOf(paging, below.level);
  copyEntry(paging, below, table, at + 1);
  return (stage.word(entry, 0) & ~POINTER) | BigInt(table + tree.shift);
}

/** Puts what `path[at]` holds into `table` at the same place, with the page under it moved. */
function copyEntry(paging: Paging, entry: TableEntry, table: number, at: number): void {
  const { stage, tree, path } = paging;
  const isLast = at === path.length - 1;
  const word = isLast ? moved(paging, entry) : exchanged(paging, at);
  stage.ground.tables.entry(
    tree.stage,
    table + (entry.address % PAGE_BYTES),
    [word],
    entry.level,
    tree.guestBits,
  );
}

function tableOf({ stage, place, tree }: Paging, level: number): number {
  const { domain } = place.space;
  if (domain === undefined || tree !== domain.first) return newTable(stage.ground.tables, tree, level);
  return guestTable(stage.ground, domain, level);
}

function isPresent({ structure }: TableEntry, word: bigint): boolean {
  return (word & (structure === 'first-stage' ? 1n : READ_WRITE)) !== 0n;
}

/** What the entry was made with, or that with its flags. */
function restored(entry: TableEntry, word: bigint): bigint {
  const [first = 0n] = entry.words;
  const present = entry.structure === 'first-stage' ? 1n : READ_WRITE;
  return word === 0n || (word & POINTER) === 0n ? first | present : word | present;
}

/** W, or U/S of first stage. */
function rightOf({ structure }: TableEntry, choices: Choices): bigint {
  return structure === 'first-stage' ? choices.one([2n, 4n]) : 2n;
}

function absent({ structure }: TableEntry, word: bigint, choices: Choices): bigint {
  if (choices.oneIn(4)) return 0n;
  return word & ~(structure === 'first-stage' ? 1n : READ_WRITE);
}

function phase(paging: Paging, entry: TableEntry, word: bigint): Phase {
  const { stage, place, tree, frame } = paging;
  const { space } = place;
  const required: readonly Selector[] =
    tree.stage === 'first-stage'
      ? pasidIotlbRanges(stage, space, frame, entry.level)
      : [iotlbRange(stage, space.did, frame, entry.level)];
  return { stores: [stage.change(entry, 0, word)], required };
}
