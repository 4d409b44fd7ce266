/** Named profiles: configurations that people meet, from the smallest legacy unit to everything at once. */
import { type CapabilityName, encodeCapabilities } from './capabilities.ts';
import type { Profile } from './schema.ts';

type Values = Readonly<Partial<Record<CapabilityName, number>>>;

/**
 * Low memory, memory above 4 GiB, and a hole between them where reads fail. Bit 31 of an address, where signed
 * arithmetic goes wrong, is set at the end of the upper one.
 */
export const defaultBacked: Profile['backed'] = [
  { start: 0n, end: 0x8000_0000n },
  { start: 0x1_0000_0000n, end: 0x1_c000_0000n },
];

const everyUnit: Values = {
  ND: 6,
  QI: 1,
  C: 1,
  PT: 1,
  SSLPS: 3,
  PSI: 1,
  MAMV: 18,
  DWD: 1,
  DRD: 1,
  FRO: 0x22,
  IRO: 0xf,
};
const scalable: Values = { ...everyUnit, SMTS: 1, SC: 1, SMPWCS: 1, ESRTPS: 1 };

function named(name: string, haw: number, values: Values, specRev: Profile['specRev'] = '5.10'): Profile {
  return { name, ...encodeCapabilities(values), haw, specRev, backed: defaultBacked, policies: {} };
}

export const namedProfiles: readonly Profile[] = [
  named('legacy-39', 39, { ...everyUnit, SAGAW: 0b00010, MGAW: 38 }),
  named('legacy-48', 46, { ...everyUnit, SAGAW: 0b00110, MGAW: 47, SC: 1, DT: 1 }),
  named('legacy-57', 52, { ...everyUnit, SAGAW: 0b01110, MGAW: 56, SC: 1 }),
  named('legacy-small', 36, { QI: 1, SAGAW: 0b00100, MGAW: 47, SSLPS: 0, FRO: 0x22 }),
  named('second-stage-48', 46, { ...scalable, SAGAW: 0b00110, MGAW: 47, SSTS: 1 }),
  named('second-stage-57', 52, { ...scalable, SAGAW: 0b01110, MGAW: 56, SSTS: 1, SSADS: 1, DT: 1 }),
  named('second-stage-no-snoop', 39, {
    ...everyUnit,
    SMTS: 1,
    SAGAW: 0b00010,
    MGAW: 38,
    SSLPS: 1,
    SSTS: 1,
    RPS: 1,
  }),
  named('first-stage-48', 48, {
    ...scalable,
    SAGAW: 0b00110,
    MGAW: 47,
    FSTS: 1,
    FS1GP: 1,
    PASID: 1,
    PSS: 19,
  }),
  named('nested-48', 46, {
    ...scalable,
    ...{ SAGAW: 0b00110, MGAW: 47, SSTS: 1, FSTS: 1, NEST: 1, FS1GP: 1, SSADS: 1, EAFS: 1, SRS: 1 },
    ...{ DT: 1, PASID: 1, PSS: 19, RPS: 1, RPRIVS: 1, PRS: 1 },
  }),
  named('everything', 52, {
    ...scalable,
    ...{ SAGAW: 0b01110, MGAW: 56, SSTS: 1, FSTS: 1, NEST: 1, FS1GP: 1, FS5LP: 1, SSADS: 1, EAFS: 1 },
    ...{ SRS: 1, RPS: 1, RPRIVS: 1, PASID: 1, PSS: 19, DT: 1, DIT: 1, PDS: 1, PRS: 1, NWFS: 1, MTS: 1 },
    ...{ HPTS: 1, HPT1GPS: 1, PTRS: 1, SSIRWS: 1, ADMS: 1, IR: 1, MHMV: 15, ZLR: 1, NFR: 7 },
  }),
  named(
    'nested-4.1',
    46,
    {
      ...scalable,
      ...{ SAGAW: 0b00110, MGAW: 47, SSTS: 1, FSTS: 1, NEST: 1, SRS: 1, DT: 1, PASID: 1, PSS: 19, PRS: 1 },
    },
    '4.1',
  ),
  named(
    'second-stage-5.0',
    48,
    { ...scalable, SAGAW: 0b00110, MGAW: 47, SSTS: 1, DT: 1, PASID: 1, PSS: 19, HPTS: 1, PTRS: 1 },
    '5.0',
  ),
];

/** The profile called `name`, or undefined. */
export function namedProfile(name: string): Profile | undefined {
  return namedProfiles.find((profile) => profile.name === name);
}
