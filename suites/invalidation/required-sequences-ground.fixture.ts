/** The world before a change of a structure, and what a change says of itself. */
import { Choices } from '../../generators/choices.ts';
import type { Selector } from '../../generators/invalidation-descriptors.ts';
import type { MemoryRun, Profile, Request, Store } from '../../spec/schema.ts';
import {
  type Device,
  type Domain,
  HOST_PERMISSIONS,
  pasids,
  REQUEST_PASIDS,
  requesters,
  type TranslationType,
  World,
} from './required-sequences.fixture.ts';
import { addPermissions, type HostPermissions } from './required-sequences-hpt.fixture.ts';

/** A world before a change, the change, and what the row wants after it. */
export interface Scenario {
  readonly profile: Profile;
  readonly rtaddr: bigint;
  readonly memory: MemoryRun[];
  readonly stores: readonly Store[];
  readonly sequence: readonly Selector[];
  readonly requests: readonly Request[];
}

export interface Ground {
  readonly world: World;
  readonly choices: Choices;
  readonly devices: readonly Device[];
  readonly domains: readonly Domain[];
  readonly permissions: HostPermissions | undefined;
}

export type Change = Pick<Scenario, 'stores' | 'sequence'>;

const permissionLevels = [1, 2, 3] as const;
export const FLAGS = 0xfffn;
export const PAGES = 12n;

export const ridOf = (device: Device): Domain => device.domains.get(0) as Domain;
export const didsOf = (devices: readonly Device[]): readonly number[] => [
  ...new Set(devices.flatMap(({ domains }) => [...domains.values()].map(({ did }) => did))),
];

/** Three requesters whose PASIDs have domains of `types`, some of them the same. */
export function ground(
  seed: number,
  legacy: boolean,
  types: readonly TranslationType[],
  host = false,
): Ground {
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

/** The entry of one PASID of the first requester. */
export function anEntry({ devices, choices }: Ground) {
  const [device] = devices as [Device];
  const pasid = choices.one(pasids);
  const domain = device.domains.get(pasid) as Domain;
  return { pasid, domain, at: device.entries.get(pasid) as bigint };
}
