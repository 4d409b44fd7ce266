/** The units that the machine is offered with: like QEMU's, with one or several fault recording registers. */
import { type CapabilityName, encodeCapabilities } from '../../spec/capabilities.ts';
import type { Profile } from '../../spec/schema.ts';
import { profileOf } from '../qemu/profile.ts';

type Values = Readonly<Partial<Record<CapabilityName, number>>>;

const common: Values = {
  ND: 6,
  QI: 1,
  PT: 1,
  SSLPS: 3,
  PSI: 1,
  MAMV: 18,
  DWD: 1,
  DRD: 1,
  FRO: 0x22,
  IRO: 0xf,
  ESRTPS: 1,
};
const scalable: Values = { ...common, SMTS: 1, SSTS: 1, SRS: 1 };
const width39: Values = { SAGAW: 0b00010, MGAW: 38 };
const width48: Values = { SAGAW: 0b00110, MGAW: 47 };

function configuration(name: string, ...values: readonly Values[]): Profile {
  return profileOf(name, encodeCapabilities(Object.assign({}, ...values)));
}

/** The simplest first: shrinking prefers it. ESRTPS: setting the root table leaves no case to the next. */
export const configurations: readonly Profile[] = [
  configuration('machine-legacy-39', common, width39),
  configuration('machine-legacy-48', common, width48, { NFR: 3 }),
  configuration('machine-scalable-39', scalable, width39),
  configuration('machine-scalable-48', scalable, width48, { NFR: 7 }),
  configuration('machine-first-stage-48', scalable, width48, {
    SSTS: 0,
    FSTS: 1,
    FS1GP: 1,
    SMPWCS: 1,
    NFR: 7,
  }),
];
