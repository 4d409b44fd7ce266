/** Changes of host permissions (VT-d 9.12, Table 29): an entry of the table, its pointer, and who is checked. */
import type { Choices } from './choices.ts';
import { afterContext, afterEntry, type Changer } from './invalidation-change.ts';
import { hostDomain, hostPage } from './invalidation-descriptors.ts';
import type { Route, Stage } from './invalidation-stage.ts';
import { PAGE_BYTES, type TableEntry } from './tables.ts';
import { addHostPermissions, drawPermitted } from './translation-host-permissions.ts';

/** By level: bits of the address below those that select a permission, and permissions in an entry, log2. */
const pageBits = [0, 12, 21, 30, 41] as const;
const permissionBits = [0, 5, 4, 3, 0] as const;
const ADDRESS_VALID = 1n;
const POINTER = 0xf_ffff_ffff_f000n;
const ALL_LEVELS = 3;
const HOST_PERMISSIONS = 1n << 5n;
/** R and W of each of 16 pages. */
const EVERY_RIGHT = 0x3333_3333_3333_3333n;

/** A permission that the entry on `route` leads to, and the entries on the way. */
function permissionOf(stage: Stage, { entry }: Route, choices: Choices) {
  const host = entry && stage.permissions.get(entry);
  if (entry === undefined || host === undefined) return undefined;
  const index = drawPermitted(host.frames, choices);
  const path = host.paths[index] as readonly TableEntry[];
  const leaf = path.at(-1);
  if (leaf === undefined) return undefined;
  return { did: didOf(stage.word(entry, 5)), frame: host.frames[index] as number, path, leaf };
}

/** Row 13: rights of a page. */
export const changePermission: Changer = (stage, { route }, choices) => {
  const found = permissionOf(stage, route, choices);
  if (found === undefined) return [];
  const { did, frame, leaf } = found;
  const bits = pageBits[leaf.level] as number;
  const page = Math.floor((frame * PAGE_BYTES) / 2 ** bits) % 2 ** (permissionBits[leaf.level] as number);
  const word = page >> 4;
  const rights = BigInt(1 + choices.pick(3)) << BigInt(4 * (page & 15));
  const required = [hostPage(did, frame, bits - 12, leaf.level - 1)];
  return [{ stores: [stage.change(leaf, word, stage.word(leaf, word) ^ rights)], required }];
};

/** Row 13: the table below an entry. */
export const changePermissionTable: Changer = (stage, { route }, choices) => {
  const found = permissionOf(stage, route, choices);
  if (found === undefined || found.path.length < 2) return [];
  const { did, frame, path, leaf } = found;
  const table = choices.one(path.slice(0, -1));
  const word = stage.word(table, 1);
  const next = choices.oneIn(2) ? word ^ ADDRESS_VALID : exchanged(stage, word, table, leaf);
  const mask = (pageBits[table.level] as number) + (permissionBits[table.level] as number) - 12;
  return [
    { stores: [stage.change(table, 1, next)], required: [hostPage(did, frame, mask, table.level - 1)] },
  ];
};

/** Row 12: another table, size or domain id of host permissions. */
export const changePermissionPointer: Changer = (stage, { route, space }, choices) => {
  const { entry } = route;
  const host = entry && stage.permissions.get(entry);
  if (entry === undefined || host === undefined) return [];
  const old = didOf(stage.word(entry, 5));
  const { target, tables, dataBlocks } = stage.ground;
  const next = addHostPermissions(target, tables, dataBlocks[0] ?? 0, choices);
  stage.permissions.set(entry, {
    ...next,
    frames: [...next.frames, ...host.frames],
    paths: [...next.paths, ...host.paths],
  });
  const stores = [stage.change(entry, 4, ...next.words)];
  return [{ stores, required: [...afterEntry(route, space, false), hostDomain(old, ALL_LEVELS)] }];
};

/** Row 11: requests of a device are no longer checked, or are again. */
export const changePermissionUse: Changer = (stage, { route, space }) => {
  const { context, entry } = route;
  if (context === undefined || entry === undefined) return [];
  const did = didOf(stage.word(entry, 5));
  const stores = [stage.change(context, 0, stage.word(context, 0) ^ HOST_PERMISSIONS)];
  return [{ stores, required: [...afterContext(stage, route, [space]), hostDomain(did, ALL_LEVELS)] }];
};

/** `word` of `table` leads to another table, in which the rights that `leaf` gives are the opposite. */
function exchanged({ ground: { tables } }: Stage, word: bigint, table: TableEntry, leaf: TableEntry): bigint {
  const next = tables.page();
  if (leaf.level === table.level - 1) {
    const words = leaf.words.map((rights, index) =>
      index === 0 || leaf.level === 1 ? rights ^ EVERY_RIGHT : rights,
    );
    tables.entry('host-permission', next + (leaf.address % PAGE_BYTES), words, leaf.level);
  }
  return (word & ~POINTER) | BigInt(next) | ADDRESS_VALID;
}

/** HPTDID of word 5 of a PASID table entry. */
function didOf(word: bigint): number {
  return Number(word & 0xffffn);
}
