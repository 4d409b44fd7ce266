/**
 * Which CAP/ECAP combinations are legal (11.4.2, 11.4.3): a field that is clear forces others to be
 * clear, and some fields have value constraints. A profile that breaks one is refused by name.
 */
import { bits } from './bits.ts';
import { type Capabilities, type CapabilityName, decodeCapabilities } from './capabilities.ts';
import type { Profile } from './schema.ts';

/** When `clear` is 0 (or `set` is non-zero), every field of `zero` must be 0. */
export interface Implication {
  readonly clear?: CapabilityName;
  readonly set?: CapabilityName;
  readonly zero: readonly CapabilityName[];
}

export const implications: readonly Implication[] = [
  { clear: 'QI', zero: ['DT', 'IR', 'SMTS'] },
  { clear: 'IR', zero: ['EIM', 'PI', 'IRREQ', 'MHMV'] },
  { clear: 'EIM', zero: ['EIMER'] },
  {
    clear: 'SMTS',
    zero: ['FSTS', 'SMPWCS', 'RPS', 'PASID', 'PRS', 'SRS', 'MTS', 'NEST', 'HPTS', 'PSS'],
  },
  { set: 'SMTS', zero: ['RWBF'] },
  { clear: 'DT', zero: ['PDS', 'DIT', 'NWFS', 'PRS', 'PTRS', 'HPTS'] },
  { clear: 'FSTS', zero: ['FS1GP', 'FS5LP', 'NEST', 'EAFS'] },
  { clear: 'SSTS', zero: ['NEST', 'SSIRWS'] },
  { clear: 'SMPWCS', zero: ['SSADS', 'EAFS'] },
  { clear: 'SRS', zero: ['RPRIVS'] },
  { clear: 'PASID', zero: ['PTRS'] },
  { clear: 'PRS', zero: ['SMS'] },
  { clear: 'HPTS', zero: ['HPT1GPS'] },
  { clear: 'ECMDS', zero: ['PMS'] },
];

/** Capabilities whose register bits were reserved before revision 5.0. */
const introducedIn50 = ['HPTS', 'PTRS', 'SSIRWS', 'HPT1GPS'] as const satisfies readonly CapabilityName[];
const revisionsWithHostPermissionTable: readonly string[] = ['5.0', '5.10'];

const reservedBits = {
  cap: [3, 13, 14, 15, 23, 38, 57, 58],
  ecap: [5, 18, 19, 24, 27, 28, 32, 54, 63],
} as const;

/** Fields that have to be 0 and are not, each with what asks for it. */
export function impliedZeros(
  caps: Capabilities,
): readonly { readonly name: CapabilityName; readonly because: string }[] {
  return implications.flatMap(({ clear, set, zero }) => {
    const applies = clear ? caps[clear] === 0 : set !== undefined && caps[set] !== 0;
    const because = clear ? `${clear} is 0` : `${set} is 1`;
    return applies ? zero.filter((name) => caps[name] !== 0).map((name) => ({ name, because })) : [];
  });
}

/** Why `profile` is not a legal configuration, one sentence a breach; empty when it is legal. */
export function latticeBreaches(
  profile: Pick<Profile, 'cap' | 'ecap' | 'haw' | 'specRev'>,
): readonly string[] {
  const caps = decodeCapabilities(profile);
  const breaches = impliedZeros(caps).map(({ name, because }) => `${name} must be 0 when ${because}`);
  if (caps.ND === 7) breaches.push('ND must not be 7');
  if (![0, 1, 3].includes(caps.SSLPS)) breaches.push(`SSLPS must be 0, 1 or 3, not ${caps.SSLPS}`);
  if (caps.MGAW === 0) breaches.push('MGAW must not be 0');
  if (caps.MGAW + 1 < profile.haw)
    breaches.push(`MGAW + 1 = ${caps.MGAW + 1} must be at least HAW = ${profile.haw}`);
  if ((caps.SAGAW & 0b10001) !== 0) breaches.push('SAGAW bits 0 and 4 must be 0');
  if (caps.SAGAW === 0 && caps.SMTS === 0)
    breaches.push('SAGAW must not be 0 when SMTS is 0: no mode of such a unit translates');
  if (caps.ERS !== 0) breaches.push('ERS must be 0');
  if (!revisionsWithHostPermissionTable.includes(profile.specRev)) {
    for (const name of introducedIn50) {
      if (caps[name] !== 0) breaches.push(`${name} must be 0 before revision 5.0`);
    }
  }
  for (const register of ['cap', 'ecap'] as const) {
    for (const index of reservedBits[register]) {
      if ((profile[register] & bits(index, index)) !== 0n) {
        breaches.push(`${register.toUpperCase()} bit ${index} must be 0`);
      }
    }
  }
  return breaches;
}
