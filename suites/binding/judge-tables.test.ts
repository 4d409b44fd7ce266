import { describe, expect, test } from 'vitest';
import type { BindingObservation, HostCall } from '../../spec/schema.ts';
import {
  bindingCase,
  contextOf,
  entryOf,
  firstStage,
  on,
  pasidCache,
  passThrough,
  plug,
  store,
  track,
  unit,
  unplug,
} from './hand-made.fixture.ts';
import { judgeBinding } from './judge.ts';
import {
  calls,
  describeRows,
  edited,
  lacking,
  memory,
  NEW,
  nothing,
  OLD,
  plugged,
  same,
  start,
  without,
} from './judge-rows.fixture.ts';

describe('Writes that are tracked', () => {
  describeRows([
    [
      'a nested table that does not track',
      { memory, profile: unit({}, { writeTracking: 'each-table' }), steps: [...start, track()] },
      calls((all) => all.slice(0, 1)),
      'dirty.children/outcome',
    ],
    [
      'a nested table whose parent tracks',
      { memory, steps: [...start, track()] },
      calls((all) => all.slice(0, 1)),
      'nothing',
    ],
    [
      'a parent that does not track',
      { memory, steps: [...start, track()] },
      calls((all) => all.slice(1)),
      'dirty.children/outcome',
    ],
    [
      'a parent that still tracks',
      { memory, steps: [...start, track(), track(false)] },
      calls((all) => all.slice(1)),
      'dirty.children/outcome',
    ],
    [
      'writes that are tracked no longer, after what was tracked could not be taken back',
      {
        devices: [{}, { iommufd: 1 }],
        memory: [
          { address: entryOf(0), words: firstStage(OLD) },
          { address: entryOf(1), words: firstStage(OLD) },
        ],
        steps: [plug(0), plug(1), on, track(), track(false)],
        failing: [11, 12, 13],
      },
      nothing,
      'nothing',
    ],
    [
      'a new table that does not track',
      {
        memory,
        profile: unit({}, { writeTracking: 'each-table' }),
        steps: [...start, track(), store(entryOf(0), firstStage(NEW)), pasidCache()],
      },
      without('track-dirty'),
      'dirty.new/outcome',
    ],
    [
      'a new table over a parent that tracks',
      { memory, steps: [...start, track(), store(entryOf(0), firstStage(NEW)), pasidCache()] },
      without('track-dirty'),
      'nothing',
    ],
    [
      'a new parent that does not track',
      { devices: [{}, { iommufd: 1 }], steps: [plug(0), track(), plug(1)] },
      without('track-dirty'),
      'dirty.new/outcome',
    ],
    [
      'one of two left tracking',
      {
        devices: [{}, { iommufd: 1 }],
        steps: [plug(0), plug(1), track()],
        failing: [5],
      },
      calls((all) => all.slice(0, 2)),
      'dirty.all-or-none/outcome',
    ],
  ]);
});

describe('Parents', () => {
  describeRows([
    [
      'a parent of its own',
      { steps: [plug(0), plug(1)] },
      () => ({
        calls: [
          { call: 'create-parent', table: 2, iommufd: 0, coherent: true, readOnly: true },
          { call: 'attach', device: 1, table: 2 },
        ],
      }),
      'parent.shared/count',
    ],
    [
      'a parent of its own after it was plugged',
      { memory, steps: start },
      calls((all) => [
        { call: 'create-parent', table: 9, iommufd: 0, coherent: true, readOnly: true },
        ...all.map((call) => (call.call === 'create-nested' ? { ...call, parent: 9 } : call)),
      ]),
      'parent.shared/count',
    ],
    [
      'a parent of its own where the older one is of another kind',
      {
        ...{ memory, units: [{}, { coherent: false }], devices: [{ unit: 1 }, {}] },
        steps: [plug(1), ...start],
      },
      same,
      'nothing',
    ],
    [
      'the parent of another iommufd',
      { devices: [{}, { iommufd: 1 }], steps: [plug(0), plug(1)] },
      () => ({ calls: [{ call: 'attach', device: 1, table: 1 }] }),
      'parent.iommufd/outcome',
    ],
    [
      'a coherent parent for a unit that is not',
      { devices: [{}, { unit: 1 }], units: [{}, { coherent: false }], steps: [plug(0), plug(1)] },
      () => ({ calls: [{ call: 'attach', device: 1, table: 1 }] }),
      'parent.coherence/outcome',
    ],
    [
      'read-only mappings under the erratum',
      { units: [{ erratum772415: true }], steps: [plug(0)] },
      edited('create-parent', { readOnly: true }),
      'parent.erratum/outcome',
    ],
    [
      'mappings left out without it',
      { steps: [plug(0)] },
      edited('create-parent', { readOnly: false }),
      'parent.erratum/outcome',
    ],
    ['a parent kept for nobody', { steps: [...start, unplug(0)] }, without('free'), 'parent.unused/count'],
  ]);
});

describe('Devices that are refused', () => {
  describeRows([
    [
      'a refused device that is still attached',
      {
        devices: [{ pasidBits: 8 }],
        memory: [
          { address: entryOf(0), words: passThrough() },
          { address: entryOf(0, 3), words: firstStage(OLD) },
        ],
        steps: [on, plug(0)],
        failing: [3],
      },
      without('detach', 'free'),
      'plug.undone/outcome',
    ],
    [
      'a device without caching mode',
      { profile: unit({ CM: 0 }), steps: [plug(0)] },
      plugged,
      'plug.caching-mode/outcome',
    ],
    [
      'a device without iommufd',
      { devices: [{ iommufd: null }], steps: [plug(0)] },
      plugged,
      'plug.iommufd/outcome',
    ],
    ['a unit without nesting', lacking({ NEST: 0 }), plugged, 'plug.nesting/outcome'],
    ['a unit without first stage', lacking({ FSTS: 0 }), plugged, 'plug.first-stage/outcome'],
    ['a unit without 1 GiB pages', lacking({ FS1GP: 0 }), plugged, 'plug.page-size/outcome'],
    [
      'a unit with four levels',
      { ...lacking({ FS5LP: 0 }), profile: unit({ FS5LP: 1 }) },
      plugged,
      'plug.levels/outcome',
    ],
    ['a narrower unit', lacking({ MGAW: 38 }), plugged, 'plug.address-width/outcome'],
    [
      'a unit with narrower PASIDs',
      { ...lacking({ PSS: 7 }), devices: [{ pasidBits: 9 }] },
      plugged,
      'plug.pasid-width/outcome',
    ],
    ['a unit without supervisor requests', lacking({ SRS: 0 }), plugged, 'plug.supervisor-requests/outcome'],
    [
      'a unit without extended accessed flags',
      lacking({ EAFS: 0 }),
      plugged,
      'plug.extended-accessed/outcome',
    ],
    [
      'a device of a unit with narrower PASIDs than the guest is told of, refused',
      { ...lacking({ PSS: 7 }), devices: [{ pasidBits: 8 }] },
      () => ({ calls: [], refused: 'pasid-width' }),
      'nothing',
    ],
    [
      'a device with wider PASIDs than its unit takes and the guest is told of',
      { ...lacking({ PSS: 7 }), profile: unit({ PSS: 7 }), devices: [{ pasidBits: 9 }] },
      plugged,
      'nothing',
    ],
    [
      'such a device, refused',
      { ...lacking({ PSS: 7 }), profile: unit({ PSS: 7 }), devices: [{ pasidBits: 9 }] },
      () => ({ calls: [], refused: 'pasid-width' }),
      'nothing',
    ],
    [
      'a call that fails before the width is looked at',
      { ...lacking({ MGAW: 38 }), failing: [0] },
      () => ({
        calls: [{ call: 'create-parent', table: 1, iommufd: 0, coherent: true, readOnly: true }],
        refused: 'failure',
      }),
      'nothing',
    ],
    [
      'a failure that did not happen in place of a reason',
      lacking({ MGAW: 38 }),
      () => ({ calls: [], refused: 'failure' }),
      'plug.address-width/outcome',
    ],
    [
      'a device without PASIDs refused for them',
      lacking({ PSS: 7 }),
      () => ({ calls: [], refused: 'pasid-width' }),
      'plug.accepted/outcome',
    ],
    [
      'a wrong reason',
      lacking({ SRS: 0 }),
      () => ({ refused: 'levels' }),
      'plug.supervisor-requests/outcome',
    ],
    [
      'a device refused for nothing',
      { steps: [plug(0)] },
      () => ({ calls: [], refused: 'levels' }),
      'plug.accepted/outcome',
    ],
    [
      'a failure that did not happen',
      { steps: [plug(0)] },
      () => ({ calls: [], refused: 'failure' }),
      'plug.accepted/outcome',
    ],
    [
      'a refused device that is attached',
      { steps: [plug(0)], failing: [2] },
      () => ({ refused: 'failure' }),
      'plug.accepted/outcome',
    ],
  ]);
});

test('An entry that may have been refused for RID_PRIV has no domain for sure by which an invalidation drops it', () => {
  const testCase = bindingCase({
    profile: unit({ SRS: 1, RPRIVS: 1 }),
    memory: [
      { address: contextOf(0) + 8n, words: [0x10_0000n] },
      { address: entryOf(0), words: firstStage(OLD) },
    ],
    steps: [...start, store(entryOf(0), [0x89n, 7n, 1n]), pasidCache(5n, 0n)],
  });
  const attached: HostCall[] = [
    { call: 'create-parent', table: 1, iommufd: 0, coherent: true, readOnly: true },
    { call: 'attach', device: 0, table: 1 },
  ];
  const blocked: HostCall[] = [{ call: 'detach', device: 0 }];
  const steps = [{ calls: attached }, { calls: blocked }, { calls: [] }, { calls: [] }];
  expect(judgeBinding(testCase, { steps }).mismatches).toEqual([]);
});

test('A parent that could not track and is kept unused is no table left changed when tracking cannot end either', () => {
  const testCase = bindingCase({
    devices: [{}, { iommufd: 1 }],
    steps: [track(), plug(0), plug(1), track(false)],
    failing: [4, 5],
  });
  const parent = (table: number, iommufd: number): HostCall[] => [
    { call: 'create-parent', table, iommufd, coherent: true, readOnly: true },
    { call: 'track-dirty', table, on: true },
  ];
  const steps: BindingObservation['steps'] = [
    { calls: [] },
    { calls: [...parent(1, 0), { call: 'attach', device: 0, table: 1 }] },
    { calls: parent(2, 1), error: true, refused: 'failure' },
    { calls: [{ call: 'track-dirty', table: 1, on: false }], error: true },
  ];
  const { mismatches } = judgeBinding(testCase, { steps });
  expect(mismatches.filter(({ rule }) => rule !== 'binding.parent.unused')).toEqual([]);
});
