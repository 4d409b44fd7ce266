/** For each row of Tables 28 and 29 a change of a small world, and the invalidations that the row asks for. */
import {
  FIRST_STAGE,
  NESTED,
  PASS_THROUGH,
  requestsOf,
  SECOND_STAGE,
  storeOf,
  type TranslationType,
} from './required-sequences.fixture.ts';
import { type Change, type Ground, ground, type Scenario } from './required-sequences-ground.fixture.ts';
import { translatedRequests } from './required-sequences-hpt.fixture.ts';
import { changeFirstStage, changeSecondStage } from './required-sequences-paging.fixture.ts';
import {
  changeHostEntry,
  changeHostPointer,
  disableHostPermissions,
} from './required-sequences-permissions.fixture.ts';
import {
  legacyCachingProfile,
  legacyProfile,
  scalableProfile,
} from './required-sequences-profiles.fixture.ts';
import {
  changeContext,
  changeDirectory,
  changeFields,
  changeRoot,
  clearPresent,
  reuse,
} from './required-sequences-structures.fixture.ts';

const anyScalable = [FIRST_STAGE, SECOND_STAGE, NESTED, PASS_THROUGH] as const;
const anyLegacy = [SECOND_STAGE, PASS_THROUGH] as const;

/** Bit 0 is P, or with bit 1 the rights of a second-stage entry. */
const READ_WRITE = 3n;

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
  const forth = drawn(maker, seed);
  if (!maker.caching) return forth;
  const { sequence, ...back } = reversed(forth);
  // A fault may be cached as that of an entry that refers to a table: no hint (6.2.5.5).
  const plain = sequence.map((selector) => ({ ...selector, hint: 0 }));
  return { ...back, profile: legacyCachingProfile, sequence: plain };
}

/** An entry of the kind that row `row` changes appears; undefined when the drawn change leaves it present. */
export function appearance(row: string, seed: number): Scenario | undefined {
  const maker = makers[row]?.find(({ caching }) => !caching);
  if (maker === undefined) throw new RangeError(`no row ${row}`);
  const scenario = drawn(maker, seed);
  const disappears = scenario.stores.every(({ words: [word = 0n] }) => (word & READ_WRITE) === 0n);
  return disappears ? reversed(scenario) : undefined;
}

function drawn(maker: Maker, seed: number): Scenario {
  const on = ground(seed, maker.legacy, maker.types, maker.host);
  const { stores, sequence } = maker.change(on);
  const { world, devices } = on;
  return {
    profile: maker.legacy ? legacyProfile : scalableProfile,
    rtaddr: world.rtaddr,
    // What the new entries lead to lies in memory from the start.
    memory: world.runs(),
    stores,
    sequence,
    requests: maker.host ? translatedRequests(devices) : requestsOf(devices),
  };
}

/** From the new entries back to the old ones. */
function reversed(scenario: Scenario): Scenario {
  const { memory, stores } = scenario;
  const old = new Map(memory.map(({ address, words: [word = 0n] }) => [address, word]));
  const back = stores.map(({ address, words }) =>
    storeOf(address, ...words.map((_, at) => old.get(address + 8n * BigInt(at)) ?? 0n)),
  );
  return {
    ...scenario,
    memory: [...memory, ...stores.map(({ address, words }) => ({ address, words }))],
    stores: back,
  };
}
