/** The units of the laws of required sequences: everything that makes a row, and memory for all of it. */
import { encodeCapabilities } from '../../spec/capabilities.ts';
import type { Profile } from '../../spec/schema.ts';

const backed: Profile['backed'] = [{ start: 0n, end: 1n << 40n }];
const common = { QI: 1, ND: 6, C: 1, PT: 1, SSLPS: 3, PSI: 1, MAMV: 18, SAGAW: 0b00110, MGAW: 47, DT: 1 };

function profileOf(name: string, more: Parameters<typeof encodeCapabilities>[0]): Profile {
  const registers = encodeCapabilities({ ...common, ...more });
  return { name, ...registers, haw: 46, specRev: '5.10', backed, policies: {} };
}

const scalable = {
  ...{ SMTS: 1, SSTS: 1, FSTS: 1, NEST: 1, FS1GP: 1, SSADS: 1, SMPWCS: 1, SRS: 1, SC: 1, RPS: 1, PASID: 1 },
  ...{ PSS: 19, HPTS: 1, PTRS: 1, HPT1GPS: 1, PRS: 1 },
};
export const legacyProfile = profileOf('sequences-legacy', {});
export const legacyCachingProfile = profileOf('sequences-legacy-cm', { CM: 1 });
export const scalableProfile = profileOf('sequences-scalable', scalable);
