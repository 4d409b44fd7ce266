/**
 * An implementation of your own in one module, checked by
 *
 *   npm run conformance -- check --impl examples/module.ts
 *
 * It is the part of an emulator of a small legacy unit that decodes root and context entries. A module
 * exports an object called `implementation` (or just one object with a `run` function): who it is, what it
 * claims to be, which areas it answers, and `run`, which gets a case and returns an observation. An
 * exception from `run` is reported as a crash, together with the case that caused it.
 *
 * Outside of this checkout the types come from the package: `from 'iommu-conformance'`.
 */
import type { Implementation } from '../spec/implementation.ts';
import type { Case, EntryCase, EntryObservation, Profile } from '../spec/schema.ts';

/** What the unit claims: 39-bit second stage with 2 MiB and 1 GiB pages, 16-bit domain ids, pass-through. */
const profile: Profile = {
  name: 'my-legacy-unit',
  cap: 0x00d2_008c_2226_0206n,
  ecap: 0x0f42n,
  haw: 39,
  specRev: '5.10',
  backed: [{ start: 0n, end: 0x8000_0000n }],
  policies: {},
};

const PRESENT = 1n;
const FAULT_PROCESSING_DISABLE = 2n;
const ABOVE_HOST_WIDTH = ~0n << 39n;

/** Root entry (VT-d 9.1): P, and the context table in bits 38:12. */
function decodeRoot([low = 0n, high = 0n]: readonly bigint[]): EntryObservation {
  if ((low & PRESENT) === 0n) return { fault: 0x01 };
  if ((low & (0xffen | ABOVE_HOST_WIDTH)) !== 0n || high !== 0n) return { fault: 0x0a };
  return { fault: null, fields: { CTP: low & ~0xfffn } };
}

/** Legacy context entry (VT-d 9.3): P, FPD, TT, the second-stage table; width and domain id above. */
function decodeContext([low = 0n, high = 0n]: readonly bigint[]): EntryObservation {
  const fpd = (low & FAULT_PROCESSING_DISABLE) !== 0n;
  if ((low & PRESENT) === 0n) return { fpd, fault: 0x02 };
  const translationType = (low >> 2n) & 3n;
  const passThrough = translationType === 2n;
  // Pass-through does not look at the table pointer. The architecture leaves open what its high bits do then.
  const reservedLow = 0xff0n | (passThrough ? 0n : ABOVE_HOST_WIDTH);
  if ((low & reservedLow) !== 0n || (high & ~0xff_ff7fn) !== 0n) return { fpd, fault: 0x0b };
  // 1 needs a Device-TLB (ECAP.DT), which this unit does not have.
  if (translationType === 1n || translationType === 3n) return { fpd, fault: 0x03 };
  const addressWidth = high & 7n;
  if (addressWidth !== 1n) return { fpd, fault: 0x03 };
  const domain = { AW: addressWidth, DID: (high >> 8n) & 0xffffn };
  const fields = { TT: translationType, ...domain, ...(passThrough ? {} : { SSPTPTR: low & ~0xfffn }) };
  return { fpd, fault: null, fields };
}

function run(testCase: Case): EntryObservation {
  const { format, words } = testCase as EntryCase;
  switch (format) {
    case 'root-legacy':
      return decodeRoot(words);
    case 'context-legacy':
      return decodeContext(words);
    default:
      throw new RangeError(`a legacy unit has no ${format} entries`);
  }
}

export const implementation: Implementation = {
  name: 'my-legacy-unit',
  version: '1.0',
  profile: [profile],
  areas: ['entry'],
  run,
};
