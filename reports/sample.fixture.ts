/** One finding that the tests of several reports draw. */
import { namedProfile } from '../spec/profiles.ts';
import type { Finding, Profile } from '../spec/schema.ts';

export const sampleProfile = namedProfile('second-stage-48') as Profile;

export const sampleFinding: Finding = {
  version: 1,
  id: 'SPT.3/outcome/797c5c0c',
  area: 'entry',
  rule: 'SPT.3',
  aspect: 'outcome',
  level: 'must',
  implementation: 'mine',
  seed: 'x',
  case: {
    area: 'entry',
    profile: sampleProfile,
    format: 'pasid-table',
    words: [0x85n, 0n, 0n, 1n, 0n, 0n, 0n, 0n],
  },
  expected: 'fault 0x5a (SPT.3)',
  observed: 'valid',
  observation: { fault: null },
  found: { afterCases: 27, executions: 104 },
};
