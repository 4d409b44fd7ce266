import { describe } from 'vitest';
import {
  contextCache,
  contextCacheOfDomain,
  contextOf,
  contextWord,
  entryOf,
  firstStage,
  notPresent,
  off,
  on,
  pasidCache,
  passThrough,
  plug,
  store,
  unit,
  unplug,
} from './hand-made.fixture.ts';
import {
  and,
  calls,
  change,
  describeRows,
  edited,
  memory,
  NEW,
  nothing,
  OLD,
  plugged,
  start,
  without,
} from './judge-rows.fixture.ts';

/** The entry changes while no context entry leads to it; and then one does again. */
const changedApart = [
  ...[...start, store(contextOf(0), [0n]), contextCache(0)],
  store(entryOf(0), firstStage(NEW)),
];
const ledToAgain = [store(contextOf(0), [contextWord(0)]), contextCache(0)];

describe('Events that were missed', () => {
  describeRows([
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
    [
      'entries behind a context entry that went and may still be cached, read again',
      { memory, steps: [...start, store(contextOf(0), [0n]), pasidCache()] },
      nothing,
      'nothing',
    ],
    [
      'an entry that changed behind a context entry that may still be cached',
      {
        memory,
        steps: [...start, store(contextOf(0), [0n]), store(entryOf(0), firstStage(NEW)), pasidCache()],
      },
      nothing,
      'event.pasid-global/outcome',
    ],
    [
      'an entry that stayed in the PASID cache while no context entry led to it',
      {
        memory,
        steps: [...changedApart, ...ledToAgain],
      },
      edited('create-nested', { pageTable: OLD }),
      'nothing',
    ],
    [
      'the same after the PASID cache was dropped',
      {
        memory,
        steps: [...changedApart, pasidCache(), ...ledToAgain],
      },
      edited('create-nested', { pageTable: OLD }),
      'bind.first-stage/address',
    ],
    [
      'an entry behind a context entry that is cached no more',
      { memory, steps: [...start, store(contextOf(0), [0n]), contextCache(0), pasidCache()] },
      () => ({ calls: [{ call: 'attach', device: 0, table: 1 }] }),
      'bind.blocked/outcome',
    ],
    ['an invalidation of another PASID', change(firstStage(NEW), pasidCache(5n, 1n)), nothing, 'nothing'],
    [
      'a context entry that went, when a domain is invalidated',
      { memory, steps: [...start, store(contextOf(0), [0n]), contextCacheOfDomain(9n)] },
      nothing,
      'event.context-cache/outcome',
    ],
    [
      'a domain with bits above the width of domain ids',
      { ...change(firstStage(NEW), pasidCache(0x1005n)), profile: unit({ ND: 2 }) },
      nothing,
      'event.pasid-domain/outcome',
    ],
    ['a device that never had an entry', { steps: start }, nothing, 'event.enable/outcome'],
    [
      'the same under the policy',
      { profile: unit({}, { unboundDevices: 'parent' }), steps: start },
      nothing,
      'nothing',
    ],
    [
      'a device without an entry that is plugged under the policy',
      { profile: unit({}, { unboundDevices: 'parent' }), steps: [on, plug(0)] },
      plugged,
      'nothing',
    ],
    ['the same without the policy', { steps: [on, plug(0)] }, plugged, 'bind.blocked/outcome'],
    [
      'a device that was detached, attached again under the policy',
      { profile: unit({}, { unboundDevices: 'parent' }), steps: [...start, pasidCache()] },
      and({ call: 'attach', device: 0, table: 1 }),
      'bind.blocked/outcome',
    ],
    [
      'a PASID, when translation is turned on',
      {
        devices: [{ pasidBits: 8 }],
        memory: [{ address: entryOf(0, 3), words: firstStage(OLD) }],
        steps: start,
      },
      calls((all) => all.filter(({ call }) => call === 'detach')),
      'event.enable/outcome',
    ],
    [
      'a device that had an entry, under the policy',
      { ...change(notPresent), profile: unit({}, { unboundDevices: 'parent' }) },
      () => ({
        calls: [
          { call: 'attach', device: 0, table: 1 },
          { call: 'free', table: 2 },
        ],
      }),
      'bind.blocked/outcome',
    ],
    [
      'a device that was passed through, under the policy',
      {
        memory: [{ address: entryOf(0), words: passThrough() }],
        profile: unit({}, { unboundDevices: 'parent' }),
        steps: [...start, store(entryOf(0), notPresent), pasidCache()],
      },
      nothing,
      'event.pasid-global/outcome',
    ],
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
  ]);
});
