/** Changes of root, context, PASID directory and PASID table entries, and of what a domain id stands for. */
import {
  contextDevice,
  contextDomain,
  contextGlobal,
  iotlbDomain,
  iotlbGlobal,
  pasidDomain,
  pasidGlobal,
  pasidIotlbAll,
  pasidOne,
} from '../../generators/invalidation-descriptors.ts';
import {
  type Device,
  FIRST_STAGE,
  NESTED,
  PASS_THROUGH,
  PRESENT,
  pasids,
  requestsOf,
  SECOND_STAGE,
  SSADE,
  storeOf,
  type Tables,
} from './required-sequences.fixture.ts';
import {
  anEntry,
  type Change,
  didsOf,
  FLAGS,
  type Ground,
  ground,
  ridOf,
  type Scenario,
} from './required-sequences-ground.fixture.ts';
import { scalableProfile } from './required-sequences-profiles.fixture.ts';

/** A guest address that no second stage maps. */
const NOWHERE = 0x3_0000_0000n;
const withoutFirstStage = [SECOND_STAGE, PASS_THROUGH] as const;
/** The same requester with other tables, next to the old ones in memory. */
function replacement({ world, choices, domains, permissions }: Ground, device: Device) {
  const other = new Map([...device.domains.keys()].map((pasid) => [pasid, choices.one(domains)] as const));
  const [first] = [...other.keys()];
  if (first !== undefined) other.set(first, world.domain(SECOND_STAGE));
  return world.pasidTable(other, permissions);
}

export function changeRoot(on: Ground): Change {
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

export function changeContext(on: Ground): Change {
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

export function changeDirectory(on: Ground): Change {
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

export function clearPresent(on: Ground): Change {
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
export function changeFields(on: Ground): Change {
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
 * sequence of row 4b for every entry: P_IOTLB invalidation leaves second-stage structure caches alone (Table 24).
 */
export function counterexample(seed: number): Scenario {
  const on = ground(seed, false, [SECOND_STAGE]);
  const { stores } = reuse(on);
  const { did } = ridOf(on.devices[0] as Device);
  const sequence = [
    ...pasids.map((pasid) => pasidOne(did, pasid)),
    ...pasids.map((pasid) => pasidIotlbAll(did, pasid)),
  ];
  const { world, devices } = on;
  const memory = world.runs();
  return {
    profile: scalableProfile,
    rtaddr: world.rtaddr,
    memory,
    stores,
    sequence,
    requests: requestsOf(devices),
  };
}

/** Other tables under the old domain id; every entry that has it changes. */
export function reuse({ world, devices }: Ground): Change {
  const old = ridOf(devices[0] as Device);
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
