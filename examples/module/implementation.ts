/**
 * The adapter: who answers, what it claims to be, and each case handed to the code under test. A module
 * exports an object called `implementation`, or just one object with a `run` function.
 *
 *   npm run conformance -- check --impl examples/module/implementation.ts
 *
 * Outside of this checkout the types come from the package: `from 'iommu-conformance'`.
 */
import type { Case, EntryCase, EntryObservation, Implementation, Profile } from '../../index.ts';
import { type Decoded, decodeContext, decodeRoot } from './root-and-context.ts';

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

/** A case of area `entry`; an exception is a crash, and reported together with the case that caused it. */
function run(testCase: Case): EntryObservation {
  const { format, words } = testCase as EntryCase;
  const [low = 0n, high = 0n] = words;
  switch (format) {
    case 'root-legacy':
      return observed(decodeRoot(low, high));
    case 'context-legacy':
      return { fpd: (low & 2n) !== 0n, ...observed(decodeContext(low, high)) };
    default:
      throw new RangeError(`a legacy unit has no ${format} entries`);
  }
}

/** What is left out of an answer is not judged: begin with the fault code, add fields when you like. */
function observed(decoded: Decoded): EntryObservation {
  return 'fault' in decoded ? { fault: decoded.fault } : { fault: null, fields: decoded.fields };
}

export const implementation: Implementation = {
  name: 'my-legacy-unit',
  version: '1.0',
  profile: [profile],
  areas: ['entry'],
  run,
};
