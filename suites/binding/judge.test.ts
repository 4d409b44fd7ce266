import { describe, expect, test } from 'vitest';
import type { BindingObservation, HostCall } from '../../spec/schema.ts';
import {
  bindingCase,
  blamed,
  contextCache,
  contextOf,
  entryOf,
  firstStage,
  iotlb,
  notPresent,
  off,
  on,
  type Parts,
  pasidCache,
  pasidIotlb,
  passThrough,
  plug,
  secondStage,
  store,
  track,
  unit,
  unplug,
} from './hand-made.fixture.ts';

type Report = BindingObservation['steps'][number];
type Change = (report: Report) => Partial<Report>;

const OLD = 0x4_0000n;
const NEW = 0x5_0000n;
const PAGES = 0x8_0003n;
const nothing: Change = () => ({ calls: [] });
const calls =
  (change: (calls: HostCall[]) => HostCall[]): Change =>
  (report) => ({ calls: change(report.calls) });
const without = (...kinds: HostCall['call'][]) =>
  calls((all) => all.filter(({ call }) => !kinds.includes(call)));
const edited = <K extends HostCall['call']>(kind: K, edit: Partial<Extract<HostCall, { call: K }>>) =>
  calls((all) => all.map((call) => (call.call === kind ? ({ ...call, ...edit } as HostCall) : call)));
const and = (more: HostCall) => calls((all) => [...all, more]);
const before = (more: HostCall) => calls((all) => [more, ...all]);
const memory = [{ address: entryOf(0), words: firstStage(OLD) }];
const start = [plug(0), on];
const change = (words: bigint[], invalidation = pasidCache(5n, 0n)): Parts => ({
  memory,
  steps: [...start, store(entryOf(0), words), invalidation],
});
const lacking = (field: Parameters<typeof unit>[0]): Parts => {
  const { cap, ecap } = unit(field);
  return { units: [{ cap, ecap }], steps: [plug(0)] };
};
const plugged: Change = () => ({
  calls: [
    { call: 'create-parent', table: 1, iommufd: 0, coherent: true, readOnly: true },
    { call: 'attach', device: 0, table: 1 },
  ],
  refused: undefined as never,
});

const table: [string, Parts, Change, string][] = [
  // What requests are bound to.
  [
    'a first stage at another address',
    change(firstStage(NEW)),
    edited('create-nested', { pageTable: OLD + 0x1000n }),
    'bind.first-stage/address',
  ],
  [
    'a first stage of another width',
    change(firstStage(NEW)),
    edited('create-nested', { addressWidth: 57 }),
    'bind.first-stage/permission',
  ],
  [
    'a first stage without SRE',
    change(firstStage(NEW, 5n, 1n)),
    edited('create-nested', { supervisorRequests: false }),
    'bind.first-stage/permission',
  ],
  [
    'a first stage with EAFE',
    change(firstStage(NEW)),
    edited('create-nested', { extendedAccessed: true }),
    'bind.first-stage/permission',
  ],
  [
    'WPE without SRE, which says nothing',
    change(firstStage(NEW)),
    edited('create-nested', { writeProtect: true }),
    'nothing',
  ],
  [
    'a device blocked under pass-through',
    change(passThrough()),
    () => ({
      calls: [
        { call: 'detach', device: 0 },
        { call: 'free', table: 2 },
      ],
    }),
    'bind.pass-through/outcome',
  ],
  [
    'a device that reaches everything without an entry',
    change(notPresent),
    () => ({
      calls: [
        { call: 'attach', device: 0, table: 1 },
        { call: 'free', table: 2 },
      ],
    }),
    'bind.blocked/outcome',
  ],
  ['second stage without a word', change(secondStage()), () => ({ error: false }), 'bind.unsupported/record'],
  [
    'a device blocked when translation is off',
    { memory, steps: [...start, off] },
    () => ({
      calls: [
        { call: 'detach', device: 0 },
        { call: 'free', table: 2 },
      ],
    }),
    'bind.default/outcome',
  ],
  // Events that were missed.
  ['translation turned on', { memory, steps: start }, nothing, 'event.enable/outcome'],
  ['translation turned off', { memory, steps: [...start, off] }, nothing, 'event.disable/outcome'],
  ['a reset', { memory, steps: [...start, { step: 'reset' }] }, nothing, 'event.reset/outcome'],
  [
    'a new root table under ESRTPS',
    { memory, steps: [...start, { step: 'root', rtaddr: 0x9400n }] },
    nothing,
    'event.root/outcome',
  ],
  [
    'a new root table without ESRTPS',
    { memory, profile: unit({ ESRTPS: 0 }), steps: [...start, { step: 'root', rtaddr: 0x9400n }] },
    nothing,
    'nothing',
  ],
  [
    'the same where every event counts',
    {
      memory,
      profile: unit({ ESRTPS: 0 }, { rebinding: 'every-event' }),
      steps: [...start, { step: 'root', rtaddr: 0x9400n }],
    },
    nothing,
    'event.root/outcome',
  ],
  ['a global invalidation', change(firstStage(NEW), pasidCache()), nothing, 'event.pasid-global/outcome'],
  [
    'an invalidation of the domain',
    change(firstStage(NEW), pasidCache(5n)),
    nothing,
    'event.pasid-domain/outcome',
  ],
  ['an invalidation of the PASID', change(firstStage(NEW)), nothing, 'event.pasid-selective/outcome'],
  [
    'an invalidation with the old domain of an entry that has a new one',
    change(firstStage(NEW, 6n)),
    nothing,
    'event.pasid-selective/outcome',
  ],
  [
    'an invalidation with the new domain of an entry that had an old one',
    change(firstStage(NEW, 6n), pasidCache(6n, 0n)),
    nothing,
    'nothing',
  ],
  [
    'an entry that became present',
    { steps: [...start, store(entryOf(0), firstStage(NEW)), pasidCache(5n, 0n)] },
    nothing,
    'event.new-entry/outcome',
  ],
  [
    'a context entry that went',
    { memory, steps: [...start, store(contextOf(0), [0n]), contextCache(0)] },
    nothing,
    'event.context-cache/outcome',
  ],
  [
    'a context-cache invalidation after another entry changed',
    change(firstStage(NEW), contextCache(0)),
    nothing,
    'nothing',
  ],
  [
    'the same where every event counts',
    { ...change(firstStage(NEW), contextCache(0)), profile: unit({}, { rebinding: 'every-event' }) },
    nothing,
    'event.context-cache/outcome',
  ],
  ['an invalidation of another PASID', change(firstStage(NEW), pasidCache(5n, 1n)), nothing, 'nothing'],
  [
    'a device that is plugged',
    { memory, steps: [on, plug(0)] },
    without('create-nested', 'attach'),
    'event.plug/outcome',
  ],
  ['a device that goes', { memory, steps: [...start, unplug(0)] }, nothing, 'event.unplug/outcome'],
  [
    'PASIDs when translation goes off',
    {
      devices: [{ pasidBits: 8 }],
      memory: [{ address: entryOf(0, 3), words: firstStage(OLD) }],
      steps: [...start, off],
    },
    without('detach', 'free'),
    'event.disable/outcome',
  ],
  [
    'a PASID bound although translation is off',
    { devices: [{ pasidBits: 8 }], steps: [...start, off] },
    and({ call: 'attach', device: 0, pasid: 3, table: 1 }),
    'bind.no-pasid/outcome',
  ],
  // The order of calls.
  ['a table that is not there', change(firstStage(NEW)), edited('attach', { table: 9 }), 'calls/outcome'],
  ['a device that is not plugged', change(firstStage(NEW)), edited('attach', { device: 1 }), 'calls/outcome'],
  ['a number used again', change(firstStage(NEW)), edited('create-nested', { table: 2 }), 'calls/outcome'],
  [
    'a device detached before it gets the new table',
    change(firstStage(NEW)),
    calls((all) => [{ call: 'detach', device: 0 }, ...all]),
    'replace/order',
  ],
  [
    'the old table freed first',
    change(firstStage(NEW)),
    calls((all) => [all.at(-1) as HostCall, ...all.slice(0, -1)]),
    'free.in-use/count',
  ],
  [
    'a parent freed under its nested table',
    change(firstStage(NEW)),
    and({ call: 'free', table: 1 }),
    'free.in-use/count',
  ],
  ['the old table freed twice', change(firstStage(NEW)), and({ call: 'free', table: 2 }), 'free.once/count'],
  ['the old table never freed', change(firstStage(NEW)), without('free'), 'leak/count'],
  [
    'a new table for an entry that is the same',
    { memory, steps: [...start, pasidCache()] },
    () => ({
      calls: [
        {
          call: 'create-nested',
          table: 3,
          parent: 1,
          device: 0,
          pageTable: OLD,
          addressWidth: 48,
          supervisorRequests: false,
          writeProtect: false,
          extendedAccessed: false,
        },
        { call: 'attach', device: 0, table: 3 },
        { call: 'free', table: 2 },
      ],
    }),
    'unchanged/count',
  ],
  // Failures.
  [
    'a device left blocked',
    { ...change(firstStage(NEW)), failing: [4] },
    and({ call: 'detach', device: 0 }),
    'failure.old-binding/outcome',
  ],
  [
    'a failure that nobody is told of',
    { ...change(firstStage(NEW)), failing: [4] },
    () => ({ error: false }),
    'failure.reported/record',
  ],
  ['a new table left behind', { ...change(firstStage(NEW)), failing: [5] }, without('free'), 'leak/count'],
  // What the guest drops.
  [
    'a page that the host is not told of',
    { memory, steps: [...start, pasidIotlb(5n, 0n, PAGES)] },
    without('invalidate'),
    'invalidate.page/outcome',
  ],
  [
    'half of the pages',
    { memory, steps: [...start, pasidIotlb(5n, 0n, PAGES)] },
    edited('invalidate', { pages: 4n }),
    'invalidate.page/address',
  ],
  [
    'pages in two parts',
    { memory, steps: [...start, pasidIotlb(5n, 0n, PAGES)] },
    calls((all) => [
      { ...(all[0] as HostCall), address: 0x8_0000n, pages: 4n } as HostCall,
      { ...(all[0] as HostCall), address: 0x8_4000n, pages: 4n } as HostCall,
    ]),
    'nothing',
  ],
  [
    'last-level entries only',
    { memory, steps: [...start, pasidIotlb(5n, 0n, PAGES)] },
    edited('invalidate', { leaf: true }),
    'invalidate.page/address',
  ],
  [
    'a PASID that the host is not told of',
    { memory, steps: [...start, pasidIotlb(5n, 0n)] },
    without('invalidate'),
    'invalidate.pasid/outcome',
  ],
  [
    'a domain that the host is not told of',
    { memory, steps: [...start, iotlb(5n)] },
    without('invalidate'),
    'invalidate.domain/outcome',
  ],
  [
    'the same under the policy',
    { memory, profile: unit({}, { iotlbForwarding: 'pasid-iotlb' }), steps: [...start, iotlb(5n)] },
    without('invalidate'),
    'nothing',
  ],
  [
    'everything that the host is not told of',
    { memory, steps: [...start, iotlb()] },
    without('invalidate'),
    'invalidate.global/outcome',
  ],
  [
    'emulated caches purged first',
    { memory, steps: [...start, pasidIotlb(5n, 0n)] },
    calls((all) => all.toReversed()),
    'invalidate.before-purge/order',
  ],
  [
    'a table of another domain, a cost',
    { memory, steps: [...start, pasidIotlb(6n, 0n)] },
    before({ call: 'invalidate', table: 2, address: 0n, pages: 2n ** 64n - 1n, leaf: false }),
    'invalidate.only-matching/count',
  ],
  // Writes that are tracked.
  [
    'a nested table that does not track',
    { memory, steps: [...start, track()] },
    calls((all) => all.slice(0, 1)),
    'dirty.children/outcome',
  ],
  [
    'a new table that does not track',
    { memory, steps: [...start, track(), store(entryOf(0), firstStage(NEW)), pasidCache()] },
    without('track-dirty'),
    'dirty.new/outcome',
  ],
  [
    'one of two left tracking',
    { memory, steps: [...start, track()], failing: [5] },
    calls((all) => all.slice(0, 2)),
    'dirty.all-or-none/outcome',
  ],
  // Parents.
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
  // Devices that are refused.
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
    { devices: [{ iommufd: undefined as never }], steps: [plug(0)] },
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
  ['a unit without extended accessed flags', lacking({ EAFS: 0 }), plugged, 'plug.extended-accessed/outcome'],
  ['a wrong reason', lacking({ SRS: 0 }), () => ({ refused: 'levels' }), 'plug.supervisor-requests/outcome'],
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
];

describe('the judge blames', () => {
  test.for(table)('%s', ([, parts, how, expected]) => {
    expect(blamed(bindingCase(parts), parts.steps.length - 1, how)).toBe(expected);
  });
});
