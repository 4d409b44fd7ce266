/**
 * An adapter for iommu-conformance in TypeScript. Your code goes to `run`: a case in, an observation out.
 * 64-bit values are bigint. What you can't tell you leave out of an observation; the fields are described
 * in docs/contract.md of iommu-conformance.
 */
import type { Area, Case, Implementation, Observation } from '../../../index.ts';

const areas: readonly Area[] = [
  // [entry
  'entry',
  // ]
  // [used-bits
  'used-bits',
  // ]
  // [entry-sync
  'entry-sync',
  // ]
  // [translation
  'translation',
  // ]
  // [page-walk
  'page-walk',
  // ]
  // [invalidation
  'invalidation',
  // ]
  // [binding
  'binding',
  // ]
  // [domain-replace
  'domain-replace',
  // ]
  // [smmu-nesting
  'smmu-nesting',
  // ]
];

function run(testCase: Case): Observation {
  switch (testCase.area) {
    // [entry
    case 'entry':
      // testCase.profile, .format, .words: return { fault: 0x59, fpd: false }, or fault: null and fields.
      return skip('not implemented');
    // ]
    // [used-bits
    case 'used-bits':
      // testCase.format, .entry, .target: return { used }, with a target { used, safe }, eight words each.
      return skip('not implemented');
    // ]
    // [entry-sync
    case 'entry-sync':
      // testCase.format, .from, .to: return { trace: [{ op: 'store', quantum: 0, value: [1n] }, { op: 'sync' }] }.
      return skip('not implemented');
    // ]
    // [translation
    case 'translation':
      // testCase.rtaddr, .memory, .requests: return { results: [{ outcome: 'translated', address: 0x1000n }] }.
      return skip('not implemented');
    // ]
    // [page-walk
    case 'page-walk':
      // testCase.walk, .memory: return { events: [], result: { outcome: 'done' } }.
      return skip('not implemented');
    // ]
    // [invalidation
    case 'invalidation':
      // testCase.rtaddr, .memory, .steps: return { answers: [{ outcome: 'value', value: 0n }] }.
      return skip('not implemented');
    // ]
    // [binding
    case 'binding':
      // testCase.units, .devices, .memory, .rtaddr, .steps: return { steps: [{ calls: [] }] }, one for each step.
      return skip('not implemented');
    // ]
    // [domain-replace
    case 'domain-replace':
      // testCase.devices, .domains, .requests: return { requests: [{ actions: [] }] }, one for each request.
      return skip('not implemented');
    // ]
    // [smmu-nesting
    case 'smmu-nesting':
      // testCase.smmu, .devices, .memory, .steps: return { steps: [{ calls: [], consumed: 0 }] }, one for each step.
      return skip('not implemented');
    // ]
    default:
      return skip('no such area');
  }
}

/** Passes a case over: it is counted, and neither pass nor fail. */
function skip(reason: string): never {
  throw Object.assign(new Error(reason), { name: 'CaseSkipped' });
}

export const implementation: Implementation = {
  name: 'my-implementation',
  version: '0.1',
  // Every legal unit; or the capabilities of yours: { name, cap, ecap, haw, specRev, backed, policies }.
  profile: 'any',
  areas,
  run,
};
