/** Requesters of a stream, and the valid entries that serve them. */
import { MOST_PASID_BITS } from '../spec/capabilities.ts';
import { type Choices, PLAIN } from './choices.ts';
import { contextWords, entryWords } from './invalidation-entry-changes.ts';
import type { Stage } from './invalidation-stage.ts';
import type { Space } from './invalidation-world.ts';
import { BLOCK_BYTES, PAGE_BYTES, type TableEntry } from './tables.ts';
import { drawSourceId, requestFlags } from './translation-devices.ts';
import { addHostPermissions, beside } from './translation-host-permissions.ts';

const PRESENT = 1n;
const HOST_PERMISSIONS = 1n << 5n;
const PASIDS = 1n << 3n;
const PRIVILEGED = 1n << 20n;
const PAGE_SNOOP = 1n << 24n;
const FAULT_PROCESSING_DISABLE = 2n;
/** PASIDs of so many bits have a directory with PDTS=0, and none has more than the widest. */
const SHORT_DIRECTORY_BITS = 13;
/** PASIDs that are equal in so many low bits share a table. */
const TABLE_BITS = 6;
/** A wide PASID is a bit and this: its directory entry lies where few pages have one of theirs. */
const APART = 0x1345;

/** Adds a requester, unless it is there already: with and without PASID, each behind one of the spaces. */
export function addRequester(stage: Stage, choices: Choices): void {
  const { target, legacy } = stage.ground;
  const known = stage.subjects[0]?.sourceId;
  // A neighbour is told apart by the function mask alone.
  const near = known !== undefined && target.profile.sourceIds === undefined && choices.oneIn(2);
  const sourceId = near ? known ^ choices.one([1, 2, 4, 7, 8]) : drawSourceId(target, choices);
  if (stage.subjects.some((subject) => subject.sourceId === sourceId)) return;
  if (legacy) addLegacy(stage, sourceId, choices);
  else addScalable(stage, sourceId, choices);
}

function addLegacy(stage: Stage, sourceId: number, choices: Choices): void {
  const { tables } = stage.ground;
  const address = stage.root + 16 * (sourceId >> 8);
  const root =
    tables.at(address) ?? tables.entry('root-legacy', address, [BigInt(tables.page()) | PRESENT, 0n]);
  const space = choices.one(stage.spaces);
  const at = pointer(root, 0) + 16 * (sourceId & 0xff);
  const [low = 0n, high = 0n] = contextWords(stage, space);
  stage.served.set(tables.entry('context-legacy', at, [low | silence(16, choices), high]), space);
  stage.subjects.push({ sourceId, pasid: undefined });
}

function addScalable(stage: Stage, sourceId: number, choices: Choices): void {
  const { target, tables } = stage.ground;
  const { capabilities } = target;
  const half = (sourceId & 0x80) === 0 ? 0 : 1;
  const address = stage.root + 16 * (sourceId >> 8);
  const format = half === 0 ? 'root-scalable-lower' : 'root-scalable-upper';
  const root = tables.at(address) ?? tables.entry(format, address, [0n, 0n]);
  if (root.words[half] === 0n) root.words[half] = BigInt(tables.page()) | PRESENT;
  const directory = tables.page();
  const requester = capabilities.RPS === 1 ? choices.one([0, 0, 1, 5]) : 0;
  const most = target.pasids && capabilities.PASID === 1 ? choices.pick(3) : 0;
  const bits = Math.min(capabilities.PSS + 1, choices.oneIn(3) ? SHORT_DIRECTORY_BITS : MOST_PASID_BITS);
  const last = bits > SHORT_DIRECTORY_BITS ? 2 ** (bits - 1) + APART : 2 ** bits - 1;
  const pasids = Array.from({ length: most }, () => choices.one([2, 3, 64, 1, last, last, last, 0]));
  if (most > 1 && bits > TABLE_BITS && choices.oneIn(3)) {
    // As the other one, or that of requests without PASID, but for one bit: half of the time the highest.
    const like = choices.one([pasids[0] ?? 0, requester]);
    const highest = bits - TABLE_BITS - 1;
    pasids[1] = like ^ (1 << (TABLE_BITS + Math.min(choices.pick(2 * highest + 2), highest)));
  }
  // A request with RID_PASID is refused (9.4, SCT.9).
  const refused = choices.oneIn(24) ? undefined : requester;
  // A long directory reaches into pages that hold something else, and beyond the block.
  const hasPlace = (pasid: number): boolean => {
    const address = directory + 8 * (pasid >> 6);
    const structure = tables.at(address)?.structure ?? 'pasid-directory';
    return structure === 'pasid-directory' && address < tables.block + BLOCK_BYTES;
  };
  const processes = [...new Set(pasids)].filter((pasid) => pasid !== refused && hasPlace(pasid));
  const flags = requestFlags(target, processes.length > 0, choices) | (processes.length > 0 ? PASIDS : 0n);
  const privileged = capabilities.RPRIVS === 1 && choices.oneIn(4) ? PRIVILEGED : 0n;
  const present = PRESENT | silence(16, choices);
  const size = BigInt(Math.max(0, bits - SHORT_DIRECTORY_BITS)) << 9n;
  const context = [present | BigInt(directory) | size | flags, BigInt(requester) | privileged, 0n, 0n];
  tables.entry('context-scalable', pointer(root, half) + 32 * (sourceId & 0x7f), context);
  for (const pasid of [requester, ...processes.filter((one) => one !== requester)]) {
    const directoryAddress = directory + 8 * (pasid >> 6);
    const directoryEntry =
      tables.at(directoryAddress) ??
      tables.entry('pasid-directory', directoryAddress, [
        BigInt(tables.page()) | PRESENT | silence(6, choices),
      ]);
    const space = choices.one(stage.spaces);
    serve(
      stage,
      pointer(directoryEntry, 0) + 64 * (pasid & 63),
      space,
      (flags & HOST_PERMISSIONS) !== 0n,
      choices,
    );
  }
  stage.subjects.push({ sourceId, pasid: undefined }, ...processes.map((pasid) => ({ sourceId, pasid })));
}

function serve(stage: Stage, address: number, space: Space, checked: boolean, choices: Choices): void {
  const { target, tables, dataBlocks } = stage.ground;
  const words = entryWords(stage, space);
  words[0] = (words[0] ?? 0n) | silence(16, choices);
  if (target.capabilities.SC === 1 && choices.oneIn(3)) words[1] = (words[1] ?? 0n) | PAGE_SNOOP;
  const isBeside = checked && choices.oneIn(2);
  const made = checked
    ? addHostPermissions(target, tables, dataBlocks[0] ?? 0, isBeside || choices.oneIn(3) ? choices : PLAIN)
    : undefined;
  const host = made && isBeside ? beside(made) : made;
  if (host !== undefined) [words[4], words[5]] = host.words;
  const entry = tables.entry('pasid-table', address, words);
  stage.served.set(entry, space);
  if (host !== undefined) stage.permissions.set(entry, host);
}

/** FPD, once in so many entries. */
function silence(times: number, choices: Choices): bigint {
  return choices.oneIn(times) ? FAULT_PROCESSING_DISABLE : 0n;
}

function pointer(entry: TableEntry, word: number): number {
  const value = entry.words[word] ?? 0n;
  return Number(value - (value % BigInt(PAGE_BYTES)));
}
