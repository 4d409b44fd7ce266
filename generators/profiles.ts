/**
 * The profiles that cases are drawn under when an implementation takes any: the named ones first, then
 * legal configurations drawn once from the capability lattice. A fixed pool keeps a draw to one index,
 * lets models keep what they decoded of a profile, and shrinks towards the simplest.
 */
import * as fc from 'fast-check';
import seedrandom from 'seedrandom';
import { type CapabilityName, capabilityFields, encodeCapabilities } from '../spec/capabilities.ts';
import { implications } from '../spec/lattice.ts';
import { defaultBacked, namedProfiles } from '../spec/profiles.ts';
import type { Policies, Profile } from '../spec/schema.ts';

const DRAWN_PROFILES = 180;
/** Emulated units, which may cache faults (CM) and have queues for it: only streams tell them from others. */
const DRAWN_CACHING_PROFILES = 24;

const hostWidths = [36, 39, 42, 46, 48, 52] as const;
const revisions = ['4.1', '5.0', '5.10'] as const;

/** Fields whose value is not just a flag: what may be drawn. */
const values: Partial<Record<CapabilityName, readonly number[]>> = {
  ND: [0, 1, 2, 3, 4, 5, 6],
  SAGAW: [0b00010, 0b00100, 0b00110, 0b01000, 0b01110],
  SSLPS: [0, 1, 3],
  PSS: [7, 15, 19],
  MHMV: [0, 15],
  MAMV: [0, 9, 18],
  NFR: [0, 7],
  FRO: [0x22],
  IRO: [0xf],
};
const alwaysClear: readonly CapabilityName[] = ['ERS', 'VCS', 'CM', 'PLMR', 'PHMR'];

function drawProfile(id: string, forced: Partial<Record<CapabilityName, number>> = {}): Profile {
  const random = seedrandom(`profile ${id}`);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const haw = pick(hostWidths);
  const specRev = pick(revisions);
  const drawn = {} as Record<CapabilityName, number>;
  for (const name of Object.keys(capabilityFields) as CapabilityName[]) {
    drawn[name] = alwaysClear.includes(name) ? 0 : pick(values[name] ?? [0, 1]);
  }
  // Units that do something are more telling than units that do nothing.
  for (const name of ['QI', 'SMTS', 'SSTS', 'FSTS'] as const) if (random() < 0.7) drawn[name] = 1;
  drawn.MGAW = Math.max(haw, pick([39, 48, 57])) - 1;
  Object.assign(drawn, forced);
  if (specRev === '4.1') for (const name of ['HPTS', 'PTRS', 'SSIRWS'] as const) drawn[name] = 0;
  for (let settled = false; !settled; ) {
    settled = true;
    for (const { clear, set, zero } of implications) {
      if (clear ? drawn[clear] !== 0 : set === undefined || drawn[set] === 0) continue;
      for (const name of zero) {
        if (drawn[name] !== 0) {
          drawn[name] = 0;
          settled = false;
        }
      }
    }
  }
  return {
    name: `drawn-${id}`,
    ...encodeCapabilities(drawn),
    haw,
    specRev,
    backed: defaultBacked,
    policies: {},
  };
}

/** Every profile that is drawn for an implementation that takes any; index 0 is the simplest. */
export const profilePool: readonly Profile[] = [
  ...namedProfiles,
  ...Array.from({ length: DRAWN_PROFILES }, (_, index) => drawProfile(`${index}`)),
  ...Array.from({ length: DRAWN_CACHING_PROFILES }, (_, index) =>
    drawProfile(`caching-${index}`, { CM: 1, QI: 1 }),
  ),
];

/** The narrow side of every doubt that our models take. */
const narrowed: Policies = {
  usedBits: 'reviewed',
  emptyTables: 'announced',
  translationOff: 'identity',
  cacheFills: 'requests',
  rebinding: 'every-event',
  writeTracking: 'each-table',
};

/** What our own models claim: the whole pool, and under every other profile the narrow policies too. */
export const ownProfiles: readonly Profile[] = profilePool.map((profile, index) =>
  index % 2 === 0 ? profile : { ...profile, policies: { ...profile.policies, ...narrowed } },
);

/** A profile out of `profiles`, shrinking to the first. */
export function anyProfile(profiles: readonly Profile[] = profilePool): fc.Arbitrary<Profile> {
  return fc.nat(profiles.length - 1).map((index) => profiles[index] as Profile);
}
