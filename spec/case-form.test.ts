import { expect, test } from 'vitest';
import { caseProblem } from './case-form.ts';
import { namedProfiles } from './profiles.ts';
import type { Case, Profile } from './schema.ts';

const profile = namedProfiles[0] as Profile;

/** A walk that remembers 8 KiB from each of `iovas` on. */
function rangeWalk(iovas: readonly bigint[], top = 0n, read = true): Case {
  const announced = iovas.map((iova) => ({ iova, size: 0x2000n, target: 0n, read, write: false }));
  return {
    area: 'page-walk',
    profile,
    memory: [],
    walk: { kind: 'range', top, levels: 3, start: 0n, end: 0n, notifyUnmapped: true, announced },
  };
}

/** One device of one unit that is plugged. */
const binding: Extract<Case, { area: 'binding' }> = {
  area: 'binding',
  profile,
  units: [{ cap: 0n, ecap: 0n, coherent: true, erratum772415: false }],
  devices: [{ sourceId: 0, unit: 0, pasidBits: 0 }],
  rtaddr: 0n,
  memory: [],
  steps: [{ step: 'plug', device: 0 }],
  failing: [0, 2],
};

/** One device that is given a nested domain. */
const replacing: Extract<Case, { area: 'domain-replace' }> = {
  area: 'domain-replace',
  profile,
  devices: [{ sourceId: 0, ats: false }],
  domains: [
    { kind: 'second-stage', table: 0x1000n, levels: 4 },
    { kind: 'nested', table: 0x2000n, levels: 4, parent: 0 },
  ],
  requests: [{ request: 'attach', device: 0, domain: 1 }],
  failing: [0],
};

/** Two devices of one virtual SMMU. */
const [first, second] = [
  { streamId: 0, unit: 0, physicalStreamId: 0x100 },
  { streamId: 1, unit: 0, physicalStreamId: 0x101 },
] as const;
const smmu: Extract<Case, { area: 'smmu-nesting' }> = {
  area: 'smmu-nesting',
  profile,
  smmu: {
    streamIdBits: 8,
    substreamIdBits: 0,
    outputBits: 48,
    ats: false,
    pri: false,
    twoLevelDescriptors: false,
    stallModel: 1,
  },
  units: [{ vmid: 1 }],
  devices: [first, second],
  streamTable: { base: 0n, config: 0n },
  memory: [],
  steps: [{ step: 'plug', device: 0 }],
  failing: [{ call: 0 }, { call: 2, handled: 1 }],
};

test.for<[string, Case, string | undefined]>([
  ['devices of a virtual SMMU', smmu, undefined],
  [
    'a StreamID beyond SIDSIZE',
    { ...smmu, devices: [{ ...first, streamId: 256 }] },
    'devices.0.streamId: beyond 8 bits',
  ],
  [
    'a StreamID given twice',
    { ...smmu, devices: [first, { ...second, streamId: 0 }] },
    'devices.1.streamId: another device has it',
  ],
  [
    'a physical StreamID given twice',
    { ...smmu, devices: [first, { ...second, physicalStreamId: 0x100 }] },
    'devices.1.physicalStreamId: another device of unit 0 has it',
  ],
  [
    'a device of a physical SMMU that is not there',
    { ...smmu, devices: [{ ...first, unit: 2 }] },
    'devices.0.unit: there are 1 units',
  ],
  [
    'an SMMU call that fails twice',
    { ...smmu, failing: [{ call: 3 }, { call: 3 }] },
    'failing.1.call: expected ascending numbers',
  ],
  ['a device of a unit', binding, undefined],
  [
    'a device of no unit',
    { ...binding, devices: [{ sourceId: 0, unit: 1, pasidBits: 0 }] },
    'devices.0.unit: there are 1 units',
  ],
  [
    'a device that is not there',
    { ...binding, steps: [{ step: 'unplug', device: 1 }] },
    'steps.0.device: there are 1 devices',
  ],
  [
    'a store within a word',
    { ...binding, steps: [{ step: 'store', address: 4n, words: [0n] }] },
    'steps.0.address: expected a multiple of 8',
  ],
  ['a call that fails twice', { ...binding, failing: [2, 2] }, 'failing.1: expected ascending numbers'],
  ['a domain of a device', replacing, undefined],
  [
    'two devices of one source id',
    { ...replacing, devices: [...replacing.devices, ...replacing.devices] },
    'devices.1.sourceId: another device has it',
  ],
  [
    'a nested domain over none',
    { ...replacing, domains: [{ kind: 'nested', table: 0n, levels: 4, parent: 1 }] },
    'domains.0.parent: expected the index of a second-stage domain',
  ],
  [
    'a table within a page',
    { ...replacing, domains: [{ kind: 'first-stage', table: 8n, levels: 4 }] },
    'domains.0.table: expected a multiple of 4096',
  ],
  [
    'a request for a device that is not there',
    { ...replacing, requests: [{ request: 'detach', device: 1 }] },
    'requests.0.device: there are 1 devices',
  ],
  [
    'a request for a domain that is not there',
    { ...replacing, requests: [{ request: 'attach', device: 0, domain: 2 }] },
    'requests.0.domain: there are 2 domains',
  ],
  ['a request that fails twice', { ...replacing, failing: [0, 0] }, 'failing.1: expected ascending numbers'],
  ['a whole entry', { area: 'entry', profile, format: 'root-legacy', words: [0n, 0n] }, undefined],
  [
    'an entry with a word too few',
    { area: 'entry', profile, format: 'context-scalable', words: [0n] },
    'words: context-scalable has 4 words of 64 bits, not 1',
  ],
  [
    'an update to an entry of another size',
    { area: 'entry-sync', profile, format: 'amd-dte', from: [0n, 0n, 0n, 0n], to: [0n, 0n] },
    'to: amd-dte has 4 words of 64 bits, not 2',
  ],
  [
    'a made-up format without its layout',
    { area: 'entry-sync', profile, format: 'synthetic', from: [0n, 0n], to: [0n, 0n] },
    'layout: missing, format synthetic needs one',
  ],
  [
    'memory that starts within a word',
    {
      area: 'translation',
      profile,
      rtaddr: 0n,
      memory: [{ address: 4n, words: [1n] }],
      requests: [{ sourceId: 0, address: 0n, op: 'read' }],
    },
    'memory.0.address: expected a multiple of 8',
  ],
  ['a walk that remembers ascending mappings', rangeWalk([0x1000n, 0x3000n]), undefined],
  [
    'a walk that remembers overlapping mappings',
    rangeWalk([0x1000n, 0x2000n]),
    'walk.announced.1: expected an address of at least 0x3000',
  ],
  [
    'a walk that remembers part of a page',
    rangeWalk([0x1800n]),
    'walk.announced.0: expected multiples of 4096 and a size',
  ],
  [
    'a walk that remembers more than there is',
    rangeWalk([0xffff_ffff_ffff_f000n]),
    'walk.announced.0: reaches beyond 64 bits',
  ],
  [
    'a walk that remembers what grants nothing',
    rangeWalk([0x1000n], 0n, false),
    'walk.announced.0: expected a right to read or to write',
  ],
  ['a walk from within a table', rangeWalk([], 0x1008n), 'walk.top: expected a multiple of 4096'],
  [
    'a replay with memory that starts within a word',
    {
      area: 'page-walk',
      profile,
      memory: [{ address: 1n, words: [1n] }],
      walk: { kind: 'replay', rtaddr: 0n, translationEnabled: false, sourceId: 0 },
    },
    'memory.0.address: expected a multiple of 8',
  ],
  [
    'a profile that breaks the lattice',
    { area: 'entry', profile: { ...profile, ecap: 4n }, format: 'root-legacy', words: [0n, 0n] },
    'profile legacy-39: DT must be 0 when QI is 0',
  ],
])('%s', ([, testCase, problem]) => {
  expect(caseProblem(testCase)).toBe(problem);
});
