/** For each row of Tables 28 and 29 a change of a small world, and the invalidations that the row asks for. */
import { Choices } from '../../generators/choices.ts';
import {
  contextDevice,
  contextDomain,
  contextGlobal,
  hostDomain,
  hostPage,
  iotlbDomain,
  iotlbGlobal,
  iotlbPage,
  pasidDomain,
  pasidGlobal,
  pasidIotlbAll,
  pasidIotlbPage,
  pasidOne,
  type Selector,
} from '../../generators/invalidation-descriptors.ts';
import type { MemoryRun, Profile, Request, Store } from '../../spec/schema.ts';
import {
  type Device,
  type Domain,
  FIRST_STAGE,
  HOST_PERMISSIONS,
  legacyCachingProfile,
  legacyProfile,
  NESTED,
  PASS_THROUGH,
  PRESENT,
  pages,
  pasids,
  REQUEST_PASIDS,
  requesters,
  requestsOf,
  SECOND_STAGE,
  SSADE,
  scalableProfile,
  storeOf,
  type Tables,
  type TranslationType,
  World,
} from './required-sequences.fixture.ts';
import {
  addPermissions,
  type HostPermissions,
  translatedRequests,
} from './required-sequences-hpt.fixture.ts';

/** A world before a change, the change, and what the row wants after it. */
export interface Scenario {
  readonly profile: Profile;
  readonly rtaddr: bigint;
  readonly memory: MemoryRun[];
  readonly stores: readonly Store[];
  readonly sequence: readonly Selector[];
  readonly requests: readonly Request[];
}

interface Ground {
  readonly world: World;
  readonly choices: Choices;
  readonly devices: readonly Device[];
  readonly domains: readonly Domain[];
  readonly permissions: HostPermissions | undefined;
}

type Change = Pick<Scenario, 'stores' | 'sequence'>;

const ALL_LEVELS = 3;
const permissionLevels = [1, 2, 3] as const;
/** By level: log2 of the pages of 4 KiB that an entry is for. */
const maskOfEntry = [0, 5, 13, 21, 29] as const;
/** A guest address that no second stage maps. */
const NOWHERE = 0x3_0000_0000n;
const FLAGS = 0xfffn;
const PAGES = 12n;

const ridOf = (device: Device): Domain => device.domains.get(0) as Domain;
const didsOf = (devices: readonly Device[]): readonly number[] => [
  ...new Set(devices.flatMap(({ domains }) => [...domains.values()].map(({ did }) => did))),
];

/** Three requesters whose PASIDs have domains of `types`, some of them the same. */
function ground(seed: number, legacy: boolean, types: readonly TranslationType[], host = false): Ground {
  const choices = new Choices(seed);
  const world = new World(legacy);
  if (host) world.contextFlags |= HOST_PERMISSIONS | (choices.oneIn(2) ? REQUEST_PASIDS : 0n);
  const domains = [0, 1].map(() => world.domain(choices.one(types)));
  const permissions = host ? addPermissions(world, choices.one(permissionLevels)) : undefined;
  const devices = requesters.map((sourceId) => {
    const own = (legacy ? [0] : pasids).map((pasid) => [pasid, choices.one(domains)] as const);
    return world.device(sourceId, new Map(own), permissions);
  });
  return { world, choices, devices, domains, permissions };
}

const anyScalable = [FIRST_STAGE, SECOND_STAGE, NESTED, PASS_THROUGH] as const;
const withoutFirstStage = [SECOND_STAGE, PASS_THROUGH] as const;
const anyLegacy = [SECOND_STAGE, PASS_THROUGH] as const;

/** The same requester with other tables, next to the old ones in memory. */
function replacement({ world, choices, domains, permissions }: Ground, device: Device) {
  const other = new Map([...device.domains.keys()].map((pasid) => [pasid, choices.one(domains)] as const));
  const [first] = [...other.keys()];
  if (first !== undefined) other.set(first, world.domain(SECOND_STAGE));
  return world.pasidTable(other, permissions);
}

function changeRoot(on: Ground): Change {
  const { world, choices, devices } = on;
  const [device] = devices as [Device];
  const sequence = world.legacy
    ? [contextGlobal(), iotlbGlobal()]
    : [contextGlobal(), pasidGlobal(), iotlbGlobal()];
  const old = world.word(device.root);
  if (choices.oneIn(2)) return { stores: [storeOf(device.root, old & ~PRESENT)], sequence };
  const contexts = world.page();
  for (const { context, sourceId } of devices.filter(({ root }) => root === device.root)) {
    const at = contexts + (context & FLAGS);
    if (world.legacy) world.set(at, ...world.entryWords(world.domain(SECOND_STAGE)));
    else {
      const directory = world.page();
      const found = devices.find((candidate) => candidate.sourceId === sourceId) as Device;
      world.set(directory, replacement(on, found).table | PRESENT);
      world.set(at, directory | PRESENT | world.contextFlags, 0n);
    }
  }
  return { stores: [storeOf(device.root, contexts | PRESENT)], sequence };
}

function changeContext(on: Ground): Change {
  const { world, choices, devices } = on;
  const [device] = devices as [Device];
  const dids = didsOf([device]);
  const sequence = [
    contextDevice(world.legacy ? ridOf(device).did : 0, device.sourceId),
    ...(world.legacy ? [] : dids.map(pasidDomain)),
    ...dids.map(iotlbDomain),
  ];
  const old = world.word(device.context);
  if (choices.oneIn(2)) return { stores: [storeOf(device.context, old & ~PRESENT)], sequence };
  if (world.legacy) {
    const words = world.entryWords(world.domain(SECOND_STAGE));
    return { stores: [storeOf(device.context, ...words)], sequence };
  }
  const directory = world.page();
  world.set(directory, replacement(on, device).table | PRESENT);
  return { stores: [storeOf(device.context, directory | (old & FLAGS))], sequence };
}

function changeDirectory(on: Ground): Change {
  const { world, choices, devices } = on;
  const [device] = devices as [Device];
  const sequence = [
    ...[...device.domains].map(([pasid, { did }]) => pasidOne(did, pasid)),
    ...didsOf([device]).map(iotlbDomain),
  ];
  const old = world.word(device.directory);
  if (choices.oneIn(2)) return { stores: [storeOf(device.directory, old & ~PRESENT)], sequence };
  return { stores: [storeOf(device.directory, replacement(on, device).table | PRESENT)], sequence };
}

/** The entry of one PASID of the first requester. */
function anEntry({ devices, choices }: Ground) {
  const [device] = devices as [Device];
  const pasid = choices.one(pasids);
  const domain = device.domains.get(pasid) as Domain;
  return { pasid, domain, at: device.entries.get(pasid) as bigint };
}

function clearPresent(on: Ground): Change {
  const { world, choices } = on;
  const { pasid, domain, at } = anEntry(on);
  const { type, did } = domain;
  const second = type === SECOND_STAGE || type === NESTED;
  const sequence = [pasidOne(did, pasid), second ? iotlbDomain(did) : pasidIotlbAll(did, pasid)];
  const old = world.word(at);
  const changed = second && choices.oneIn(4) ? old | SSADE : old & ~PRESENT;
  return { stores: [storeOf(at, changed)], sequence };
}

/**
 * One store of 128 bits, as an entry that is present must be changed (6.2.3.1): to another second-stage domain,
 * or to other first-stage tables for everyone who shares the tags of the old ones.
 */
function changeFields(on: Ground): Change {
  const { world, devices, choices } = on;
  const { pasid, domain, at } = anEntry(on);
  const sequence = [pasidOne(domain.did, pasid), pasidIotlbAll(domain.did, pasid)];
  if (domain.first === undefined) {
    const [low = 0n, did = 0n] = world.entryWords(world.domain(choices.one(withoutFirstStage)));
    return { stores: [storeOf(at, low, did)], sequence };
  }
  // Under nesting a guest address that leads nowhere.
  const top = domain.type === NESTED ? NOWHERE : (world.domain(FIRST_STAGE).first as Tables).top;
  const sharing = devices.filter(({ domains }) => domains.get(pasid) === domain);
  const stores = sharing.map(({ entries }) => storeOf((entries.get(pasid) as bigint) + 16n, top, 0n));
  return { stores, sequence };
}

/**
 * D16: other second-stage tables under the same domain id, which breaks R1 or is a reuse (row 5), with the
 * sequence of row 4b: P_IOTLB invalidation leaves second-stage structure caches alone (Table 24).
 */
export function counterexample(seed: number): Scenario {
  const on = ground(seed, false, [SECOND_STAGE]);
  const { pasid, domain, at } = anEntry(on);
  const [low = 0n, did = 0n] = on.world.entryWords(on.world.domain(SECOND_STAGE, domain.did));
  const sequence = [pasidOne(domain.did, pasid), pasidIotlbAll(domain.did, pasid)];
  return {
    profile: scalableProfile,
    rtaddr: on.world.rtaddr,
    memory: on.world.runs(),
    stores: [storeOf(at, low, did)],
    sequence,
    requests: requestsOf(on.devices.slice(0, 1)),
  };
}

/** Other tables under the old domain id; every entry that has it changes. */
function reuse({ world, devices, domains }: Ground): Change {
  const [old] = domains as [Domain];
  const words = world.entryWords(world.domain(old.type, old.did));
  // The 128 bits that point to the tables: the only ones that differ.
  const half = old.first === undefined ? 0 : 2;
  const [low = 0n, high = 0n] = words.slice(half);
  const stores = devices.flatMap(({ context, domains: own, entries }) =>
    [...own].flatMap(([pasid, domain]) => {
      if (domain !== old) return [];
      const at = world.legacy ? context : (entries.get(pasid) as bigint) + 8n * BigInt(half);
      return [storeOf(at, low, high)];
    }),
  );
  const first = world.legacy ? contextDomain(old.did) : pasidDomain(old.did);
  return { stores, sequence: [first, iotlbDomain(old.did)] };
}

const frameOf = (address: bigint, level: number): number =>
  Number(((address >> PAGES) >> BigInt(9 * (level - 1))) << BigInt(9 * (level - 1)));

interface Paging {
  readonly stores: readonly Store[];
  readonly address: bigint;
  readonly level: number;
  readonly leaf: boolean;
}

/** A page moves or goes, or a table on its way is exchanged for an empty one. */
function changePaging({ world, choices }: Ground, tables: Tables, moved: (level: number) => bigint): Paging {
  const small = choices.oneIn(2);
  const path = small ? tables.small : tables.large;
  const lowest = small ? 1 : 2;
  const level = choices.one([lowest, lowest, ...(small ? [2, 3] : [3])]);
  const at = path[level] as bigint;
  const old = world.word(at);
  const leaf = level === lowest;
  const target = choices.oneIn(2) ? 0n : (leaf ? moved(level) : world.page()) | (old & FLAGS);
  return { stores: [storeOf(at, target)], address: small ? pages.small : pages.large, level, leaf };
}

/** The domain of the first requester that has tables of the stage; none of them may be without. */
function changeFirstStage(on: Ground): Change {
  const { world, choices, devices } = on;
  const domain = ridOf(devices[0] as Device);
  const guest = domain.second === undefined ? undefined : world.word(domain.first?.small[1] as bigint);
  const moved = (level: number) =>
    guest === undefined ? (level === 1 ? world.data() : world.largeData()) : guestOther(level);
  const { stores, address, level, leaf } = changePaging(on, domain.first as Tables, moved);
  const users = new Set(
    devices.flatMap(({ domains }) => [...domains].flatMap(([pasid, own]) => (own === domain ? [pasid] : []))),
  );
  const hint = leaf && choices.oneIn(2) ? 1 : 0;
  const sequence = [...users].map((pasid) =>
    pasidIotlbPage(domain.did, pasid, frameOf(address, level), 9 * (level - 1), hint),
  );
  return { stores, sequence };
}

const GUEST = 0x1_4000_0000n;
/** Another guest page that second-stage tables know: a small page in the large one, or none at all. */
const guestOther = (level: number): bigint => (level === 1 ? GUEST + pages.large : 0x1_8000_0000n);

function changeSecondStage(on: Ground): Change {
  const { world, choices, devices } = on;
  const domain = ridOf(devices[0] as Device);
  const { guestTable } = domain;
  const hint = choices.oneIn(2) ? 1 : 0;
  if (guestTable !== undefined && choices.oneIn(3)) {
    // The page of a first-stage table moves; the new one is empty.
    const at = guestTable.path[1] as bigint;
    const stores = [storeOf(at, world.page() | (world.word(at) & FLAGS))];
    return { stores, sequence: [iotlbPage(domain.did, frameOf(guestTable.address, 1), 0, hint)] };
  }
  const moved = (level: number) => (level === 1 ? world.data() : world.largeData());
  const { stores, address, level, leaf } = changePaging(on, domain.second as Tables, moved);
  const base = domain.type === NESTED ? GUEST : 0n;
  const page = iotlbPage(domain.did, frameOf(base + address, level), 9 * (level - 1), leaf ? hint : 0);
  return { stores, sequence: [page] };
}

function disableHostPermissions(on: Ground): Change {
  const { world, choices, devices, permissions } = on;
  const [device] = devices as [Device];
  const dids = didsOf([device]);
  const flag =
    (world.contextFlags & REQUEST_PASIDS) !== 0n && choices.oneIn(2) ? REQUEST_PASIDS : HOST_PERMISSIONS;
  const stores = [storeOf(device.context, world.word(device.context) & ~flag)];
  const rest = [contextDevice(0, device.sourceId), ...dids.map(pasidDomain), ...dids.map(iotlbDomain)];
  return { stores, sequence: [...rest, hostDomain((permissions as HostPermissions).did, ALL_LEVELS)] };
}

function changeHostPointer(on: Ground): Change {
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
function changeHostEntry({ choices, permissions }: Ground): Change {
  const { did, path, address, level: lowest } = permissions as HostPermissions;
  const level = choices.one([1, 2, 3, 4].filter((candidate) => candidate >= lowest));
  const at = path[level] as bigint;
  const mask = maskOfEntry[level] as number;
  const frame = Number(((address >> PAGES) >> BigInt(mask)) << BigInt(mask));
  return { stores: [storeOf(at, 0n, 0n)], sequence: [hostPage(did, frame, mask, level - 1)] };
}

interface Maker {
  readonly legacy: boolean;
  readonly types: readonly TranslationType[];
  readonly host?: true;
  /** With CM, and the entry is put back where it was not present. */
  readonly caching?: true;
  readonly change: (on: Ground) => Change;
}

const firstStageTypes = [FIRST_STAGE, NESTED] as const;
const secondStageTypes = [SECOND_STAGE, NESTED] as const;
const tabled = [FIRST_STAGE, SECOND_STAGE] as const;

const makers: Readonly<Record<string, readonly Maker[]>> = {
  1: [{ legacy: false, types: anyScalable, change: changeRoot }],
  2: [{ legacy: false, types: anyScalable, change: changeContext }],
  3: [{ legacy: false, types: anyScalable, change: changeDirectory }],
  '4a': [{ legacy: false, types: anyScalable, change: clearPresent }],
  '4b': [{ legacy: false, types: anyScalable, change: changeFields }],
  5: [{ legacy: false, types: tabled, change: reuse }],
  6: [{ legacy: false, types: firstStageTypes, change: changeFirstStage }],
  7: [
    { legacy: false, types: secondStageTypes, change: changeSecondStage },
    { legacy: true, types: [SECOND_STAGE], change: changeSecondStage },
    { legacy: true, types: [SECOND_STAGE], change: changeSecondStage, caching: true },
  ],
  8: [{ legacy: true, types: anyLegacy, change: changeRoot }],
  9: [{ legacy: true, types: anyLegacy, change: changeContext }],
  10: [{ legacy: true, types: [SECOND_STAGE], change: reuse }],
  11: [{ legacy: false, types: anyScalable, host: true, change: disableHostPermissions }],
  12: [{ legacy: false, types: anyScalable, host: true, change: changeHostPointer }],
  13: [{ legacy: false, types: anyScalable, host: true, change: changeHostEntry }],
};

/** A change of row `row`, the same for the same seed. Throws RangeError when there is no such row. */
export function scenarioOf(row: string, seed: number): Scenario {
  const known = makers[row];
  const maker = known?.[seed % known.length];
  if (maker === undefined) throw new RangeError(`no row ${row}`);
  const on = ground(seed, maker.legacy, maker.types, maker.host);
  // What the new entries lead to lies in memory from the start.
  const { stores: forth, sequence: asked } = maker.change(on);
  const { world, devices } = on;
  const stores = maker.caching ? forth.map(({ address }) => storeOf(address, world.word(address))) : forth;
  if (maker.caching) for (const { address } of forth) world.set(address, 0n);
  // A fault may be cached as that of an entry that refers to a table: no hint (6.2.5.5).
  const sequence = maker.caching ? asked.map((selector) => ({ ...selector, hint: 0 })) : asked;
  return {
    profile: maker.caching ? legacyCachingProfile : maker.legacy ? legacyProfile : scalableProfile,
    rtaddr: world.rtaddr,
    memory: world.runs(),
    stores,
    sequence,
    requests: maker.host ? translatedRequests(devices) : requestsOf(devices),
  };
}
