import { describe } from 'vitest';
import type { HostCall } from '../../spec/schema.ts';
import {
  contextOf,
  entryOf,
  firstStage,
  iotlb,
  on,
  pasidCache,
  pasidIotlb,
  plug,
  store,
  unit,
  unplug,
} from './hand-made.fixture.ts';
import {
  and,
  before,
  calls,
  change,
  describeRows,
  edited,
  memory,
  NEW,
  nothing,
  OLD,
  PAGES,
  same,
  start,
  without,
} from './judge-rows.fixture.ts';

describe('The order of calls', () => {
  describeRows([
    ['a table that is not there', change(firstStage(NEW)), edited('attach', { table: 9 }), 'calls/outcome'],
    [
      'a device that is not plugged',
      change(firstStage(NEW)),
      edited('attach', { device: 1 }),
      'calls/outcome',
    ],
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
    [
      'the old table freed twice',
      change(firstStage(NEW)),
      and({ call: 'free', table: 2 }),
      'free.once/count',
    ],
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
    [
      'a detach for an entry that is the same',
      { memory, steps: [...start, pasidCache()] },
      and({ call: 'detach', device: 0 }),
      'bind.first-stage/outcome',
    ],
    [
      'a detach where nothing is attached and nothing changed',
      { steps: [...start, pasidCache()] },
      and({ call: 'detach', device: 0 }),
      'unchanged/count',
    ],
    [
      'a detach where nothing is attached, before the first table comes',
      { steps: [...start, store(entryOf(0), firstStage(NEW)), pasidCache()] },
      before({ call: 'detach', device: 0 }),
      'nothing',
    ],
  ]);
});

describe('Failures', () => {
  describeRows([
    [
      'a parent that could not be made when it was needed',
      { ...change(firstStage(NEW)), failing: [4] },
      () => ({
        calls: [{ call: 'create-parent', table: 9, iommufd: 0, coherent: true, readOnly: true }],
        error: true,
      }),
      'nothing',
    ],
    [
      'a device left blocked',
      { ...change(firstStage(NEW)), failing: [4] },
      and({ call: 'detach', device: 0 }),
      'failure.old-binding/outcome',
    ],
    [
      'the same entry, which is not bound after a failure',
      {
        memory,
        steps: [...start, store(entryOf(0), firstStage(NEW)), pasidCache(), pasidCache()],
        failing: [4],
      },
      nothing,
      'failure.retry/outcome',
    ],
    [
      'a device that the host does not detach',
      { memory, steps: [...start, unplug(0)], failing: [4] },
      same,
      'nothing',
    ],
    [
      'a device that the host would not detach, when it goes again',
      { memory, steps: [...start, unplug(0), unplug(0)], failing: [4] },
      nothing,
      'nothing',
    ],
    [
      'a device that is detached at last, though it is gone',
      { memory, steps: [...start, unplug(0), pasidCache()], failing: [4] },
      and({ call: 'detach', device: 0 }),
      'nothing',
    ],
    [
      'the same, at the second try',
      { memory, steps: [...start, unplug(0), pasidCache()], failing: [4, 5] },
      () => ({
        calls: [
          { call: 'detach', device: 0 },
          { call: 'detach', device: 0 },
        ],
        error: true,
      }),
      'nothing',
    ],
    [
      'the number of a table that the host did not make, used for the next',
      { ...change(firstStage(NEW)), failing: [4] },
      ({ calls: [create] }) => ({
        calls: [
          ...(create ? [create, create] : []),
          { call: 'attach', device: 0, table: 3 },
          { call: 'free', table: 2 },
        ],
        error: true,
      }),
      'nothing',
    ],
    [
      'the number of a parent that the host did not make, used for the next',
      { steps: [plug(0), plug(0)], failing: [0] },
      () => ({
        calls: [
          { call: 'create-parent', table: 1, iommufd: 0, coherent: true, readOnly: true },
          { call: 'attach', device: 0, table: 1 },
        ],
      }),
      'nothing',
    ],
    [
      'an old table that the host does not free',
      { ...change(firstStage(NEW)), failing: [6] },
      same,
      'nothing',
    ],
    [
      'a failure that nobody is told of',
      { ...change(firstStage(NEW)), failing: [4] },
      () => ({ error: false }),
      'failure.reported/record',
    ],
    [
      'an error that is reported again at an invalidation with translation off',
      { steps: [plug(0), pasidCache()] },
      () => ({ calls: [], error: true }),
      'failure.unfounded/record',
    ],
    [
      'the same with translation on, when an entry may have been read',
      { steps: [plug(0), on, pasidCache()] },
      () => ({ calls: [], error: true }),
      'nothing',
    ],
    ['a new table left behind', { ...change(firstStage(NEW)), failing: [5] }, without('free'), 'leak/count'],
  ]);
});

describe('What the guest drops', () => {
  describeRows([
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
      'a page of the PASID that was RID_PASID, where a unit may have read an equal entry under another',
      {
        memory: [...memory, { address: entryOf(0, 1), words: firstStage(OLD) }],
        steps: [...start, store(contextOf(0) + 8n, [1n]), pasidIotlb(5n, 0n, PAGES)],
      },
      without('invalidate'),
      'nothing',
    ],
    [
      'the same where the other entry is not equal',
      {
        memory: [...memory, { address: entryOf(0, 1), words: firstStage(NEW) }],
        steps: [...start, store(contextOf(0) + 8n, [1n]), pasidIotlb(5n, 0n, PAGES)],
      },
      without('invalidate'),
      'invalidate.page/outcome',
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
  ]);
});
