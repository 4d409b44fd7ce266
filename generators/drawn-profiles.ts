/**
 * Legal configurations drawn from the capability lattice: each by its name, so that to look one up draws no other.
 */
import seedrandom from 'seedrandom';
import { type CapabilityName, capabilityFields, encodeCapabilities } from '../spec/capabilities.ts';
import { implications } from '../spec/lattice.ts';
import { defaultBacked } from '../spec/profiles.ts';
import type { Profile } from '../spec/schema.ts';

const DRAWN_PROFILES = 180;
/** Emulated units, which may cache faults (CM) and have queues for it: only streams tell them from others. */
const DRAWN_CACHING_PROFILES = 24;

/** Four blocks of 2 MiB. */
const HIGH_MEMORY = 0x80_0000n;
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

/** The names of all of them, in their order in the pool. */
export const drawnProfileNames: readonly string[] = [
  ...Array.from({ length: DRAWN_PROFILES }, (_, index) => `drawn-${index}`),
  ...Array.from({ length: DRAWN_CACHING_PROFILES }, (_, index) => `drawn-caching-${index}`),
];

/** The one called `name`, which is one of `drawnProfileNames`. */
export function drawnProfile(name: string): Profile {
  const id = name.slice('drawn-'.length);
  const forced: Partial<Record<CapabilityName, number>> = id.startsWith('caching-') ? { CM: 1, QI: 1 } : {};
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
  const backed = random() < 0.2 ? withHighMemory(haw) : defaultBacked;
  return { name, ...encodeCapabilities(drawn), haw, specRev, backed, policies: {} };
}

/** Memory at the end of the host address width too; in no order. */
function withHighMemory(haw: number): Profile['backed'] {
  const [low, ...others] = defaultBacked;
  const limit = 1n << BigInt(haw);
  return [low as (typeof defaultBacked)[number], { start: limit - HIGH_MEMORY, end: limit }, ...others];
}
