/** Changes of host permission tables, and of what leads to them. */
import {
  contextDevice,
  hostDomain,
  hostPage,
  iotlbDomain,
  pasidDomain,
  pasidIotlbAll,
  pasidOne,
} from '../../generators/invalidation-descriptors.ts';
import { type Device, HOST_PERMISSIONS, REQUEST_PASIDS, storeOf } from './required-sequences.fixture.ts';
import { anEntry, type Change, didsOf, type Ground, PAGES } from './required-sequences-ground.fixture.ts';
import { addPermissions, type HostPermissions } from './required-sequences-hpt.fixture.ts';

const ALL_LEVELS = 3;
/** By level: log2 of the pages of 4 KiB that an entry is for. */
const maskOfEntry = [0, 5, 13, 21, 29] as const;

export function disableHostPermissions(on: Ground): Change {
  const { world, choices, devices, permissions } = on;
  const [device] = devices as [Device];
  const dids = didsOf([device]);
  const flag =
    (world.contextFlags & REQUEST_PASIDS) !== 0n && choices.oneIn(2) ? REQUEST_PASIDS : HOST_PERMISSIONS;
  const stores = [storeOf(device.context, world.word(device.context) & ~flag)];
  const rest = [contextDevice(0, device.sourceId), ...dids.map(pasidDomain), ...dids.map(iotlbDomain)];
  return { stores, sequence: [...rest, hostDomain((permissions as HostPermissions).did, ALL_LEVELS)] };
}

export function changeHostPointer(on: Ground): Change {
  const { world, choices, permissions } = on;
  const { did: hostDid, level } = permissions as HostPermissions;
  const { pasid, domain, at } = anEntry(on);
  const other = addPermissions(world, level, 0n, choices.oneIn(2) ? hostDid : undefined);
  // One domain id stands for one table: with the old one every entry changes (6.2.6.2).
  const entries =
    other.did === hostDid ? on.devices.flatMap(({ entries: own }) => [...own]) : [[pasid, at] as const];
  const stores = entries.map(([, entry]) => storeOf(entry + 32n, other.top, BigInt(other.did)));
  const touched =
    other.did === hostDid ? on.devices.flatMap(({ domains }) => [...domains]) : [[pasid, domain] as const];
  const known = new Map(touched.map(([own, { did }]) => [`${did} ${own}`, [did, own] as const]));
  const sequence = [
    ...[...known.values()].map(([did, own]) => pasidOne(did, own)),
    ...[...known.values()].map(([did, own]) => pasidIotlbAll(did, own)),
    hostDomain(hostDid, ALL_LEVELS),
  ];
  return { stores, sequence };
}

/** The permission goes, or a table above it. */
export function changeHostEntry({ choices, permissions }: Ground): Change {
  const { did, path, address, level: lowest } = permissions as HostPermissions;
  const level = choices.one([1, 2, 3, 4].filter((candidate) => candidate >= lowest));
  const at = path[level] as bigint;
  const mask = maskOfEntry[level] as number;
  const frame = Number(((address >> PAGES) >> BigInt(mask)) << BigInt(mask));
  return { stores: [storeOf(at, 0n, 0n)], sequence: [hostPage(did, frame, mask, level - 1)] };
}
