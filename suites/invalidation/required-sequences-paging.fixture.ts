/** Changes of first- and second-stage paging entries. */
import { iotlbPage, pasidIotlbPage } from '../../generators/invalidation-descriptors.ts';
import type { Store } from '../../spec/schema.ts';
import { type Device, NESTED, pages, storeOf, type Tables } from './required-sequences.fixture.ts';
import { type Change, FLAGS, type Ground, PAGES, ridOf } from './required-sequences-ground.fixture.ts';

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
export function changeFirstStage(on: Ground): Change {
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

export function changeSecondStage(on: Ground): Change {
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
