/** Host permission tables for the worlds of required sequences (9.12): one page that every requester may use. */
import type { Request } from '../../spec/schema.ts';
import type { Device, Path, World } from './required-sequences.fixture.ts';

export interface HostPermissions {
  readonly top: bigint;
  readonly did: number;
  /** Host page that has permissions. */
  readonly address: bigint;
  /** Of the tables that hold the permission. */
  readonly level: PermissionLevel;
  readonly path: Path;
}

/** Host pages that are asked for: one with a permission, one far from it. */
const PERMITTED = 0x7_4000_3000n;
const OTHER = 0x3_4000_9000n;
const READ_WRITE = 3n;
const ADDRESS_VALID = 1n;
/** By level: lowest bit of the index, and of what selects a permission. */
const indexBits = [0, 17, 25, 33, 41] as const;
const pageBits = [0, 12, 21, 30] as const;

export type PermissionLevel = 1 | 2 | 3;
/** Pages whose permissions one word holds. */
const PAGES_IN_WORD = 15n;

/** Tables with `rights` for one page of `level`: 4 KiB, 2 MiB or 1 GiB. */
export function addPermissions(
  world: World,
  level: PermissionLevel,
  rights = READ_WRITE,
  did = world.nextDid(),
): HostPermissions {
  const top = world.page();
  const path: Record<number, bigint> = {};
  let table = top;
  for (let at = 4; at >= level; at--) {
    const entry = table + 16n * ((PERMITTED >> BigInt(indexBits[at] as number)) & 255n);
    path[at] = entry;
    if (at === level) {
      const page = (PERMITTED >> BigInt(pageBits[at] as number)) & (at === 3 ? 7n : PAGES_IN_WORD);
      world.set(entry, rights << (4n * page), 0n);
    } else {
      table = world.page();
      world.set(entry, 0n, table | ADDRESS_VALID);
    }
  }
  return { top, did, address: PERMITTED, level, path };
}

/** Translated requests of every requester, without PASID and with each of its own. */
export function translatedRequests(devices: readonly Device[]): readonly Request[] {
  return devices.flatMap(({ sourceId, domains }) =>
    [undefined, ...domains.keys()].flatMap((pasid) =>
      [PERMITTED, OTHER].map(
        (address): Request => ({
          sourceId,
          address,
          op: 'read',
          kind: 'translated',
          ...(pasid === undefined ? {} : { pasid }),
        }),
      ),
    ),
  );
}
