import { describe, expect, test } from 'vitest';
import {
  deviceTlb,
  domainIotlb,
  pasidCache,
  pasidIotlb,
} from '../../models/reference/domain-replace/queue.ts';
import { runDomainReplace } from '../../models/reference/domain-replace/run.ts';
import type { DriverAction } from '../../spec/schema.ts';
import {
  DEVICE_TLB,
  editedStore,
  first,
  IOTLB,
  judged,
  nothing,
  PASID_CACHE,
  PASID_DEVICE_TLB,
  PASID_IOTLB,
  type Row,
  replaced,
  without,
  withoutAll,
} from './edits.fixture.ts';
import {
  attach,
  blamed,
  detach,
  FIRST,
  NESTED,
  OTHER_FIRST,
  OTHER_NESTED,
  OTHER_SECOND,
  PASS,
  replaceCase,
  SECOND,
  submit,
  track,
  unit,
  wait,
} from './hand-made.fixture.ts';

const swap = replaceCase([attach(SECOND), attach(OTHER_SECOND)]);
const change = replaceCase([attach(FIRST), attach(OTHER_FIRST)]);
const withPasid = replaceCase([attach(FIRST, 0, 5), attach(OTHER_FIRST, 0, 5)]);
const leave = replaceCase([attach(SECOND), detach()]);
const come = replaceCase([attach(FIRST)]);
const nonCoherent = replaceCase([attach(SECOND), attach(OTHER_SECOND)], unit({ C: 0 }));
const caching = replaceCase([attach(SECOND)], unit({ CM: 1 }));
const noAts = replaceCase([attach(SECOND, 1), attach(OTHER_SECOND, 1)]);
const withoutSecondStage = replaceCase([attach(FIRST)], unit({ SSTS: 0, SSADS: 0, NEST: 0 }));
const failing = replaceCase([attach(SECOND), attach(OTHER_SECOND)], unit(), [1]);

/** Edits of what the reference does in the last request. */
const table: Row[] = [
  // The entry.
  ['another table', swap, editedStore(0, (low, high) => [low + 0x1000n, high]), 'entry.domain/memory'],
  ['another first stage', come, editedStore(1, (low) => [low + 0x1000n, 0n]), 'entry.domain/memory'],
  ['five levels of four', come, editedStore(1, (low) => [low | 4n, 0n]), 'entry.domain/memory'],
  ['another address width', swap, editedStore(0, (low, high) => [low ^ 4n, high]), 'entry.domain/memory'],
  ['an attach that does nothing', swap, nothing, 'entry.domain/memory'],
  ['a detach that does nothing', leave, nothing, 'entry.blocked/memory'],
  ['a reserved bit', swap, editedStore(0, (low, high) => [low | 0x20n, high]), 'entry.valid/memory'],
  [
    'an address width of the second stage that the unit has not, as Linux writes it',
    withoutSecondStage,
    editedStore(0, (low, high) => [low | 8n, high]),
    'nothing',
  ],
  [
    'a pointer of the second stage that the unit has not',
    withoutSecondStage,
    editedStore(0, (low, high) => [low | 0x3000n, high]),
    'entry.valid/memory',
  ],
  [
    'the entry of another device',
    swap,
    (actions) => actions.map((one) => (one.do === 'store' ? { ...one, device: 2 } : one)),
    'entry.domain/memory',
  ],
  [
    'P set before the rest is filled',
    come,
    (actions) => {
      const stores = actions.filter((one) => one.do === 'store');
      return [...stores.toReversed(), ...actions.filter((one) => one.do !== 'store')];
    },
    'entry.torn/memory',
  ],
  [
    'both quanta changed while the entry is present',
    replaceCase([attach(FIRST), attach(NESTED)]),
    (actions) => actions.filter((one) => one.do !== 'store' || one.value[0] !== 0n),
    'entry.torn/memory',
  ],
  [
    'a first-stage pointer first, then the domain id',
    change,
    (actions) => actions.filter((one) => one.do !== 'store' || one.value[0] !== 0n),
    'nothing',
  ],
  // Domain ids.
  ['domain id 0 with CM', caching, editedStore(0, (low, high) => [low, high & ~0xffffn]), 'did.zero/memory'],
  [
    'domain id 0 without CM',
    replaceCase([attach(SECOND)]),
    (actions) => editedStore(0, (low, high) => [low, high & ~0xffffn])(actions),
    'nothing',
  ],
  [
    'one domain id for both classes',
    replaceCase([attach(SECOND), attach(FIRST, 2)]),
    editedStore(0, (low, high) => [low, (high & ~0xffffn) | 1n]),
    'did.class/memory',
  ],
  [
    'one domain id for two second-stage tables',
    replaceCase([attach(SECOND), attach(OTHER_SECOND, 2)]),
    editedStore(0, (low, high) => [low, (high & ~0xffffn) | 1n]),
    'did.second-stage/memory',
  ],
  [
    'one domain id and PASID for two first-stage tables',
    replaceCase([attach(FIRST), attach(OTHER_FIRST, 2)]),
    editedStore(0, (low, high) => [low, (high & ~0xffffn) | 1n]),
    'did.pasid/memory',
  ],
  [
    'one domain id for first-stage tables of two PASIDs',
    replaceCase([attach(FIRST), attach(OTHER_FIRST, 0, 5)]),
    editedStore(0, (low, high) => [low, (high & ~0xffffn) | 1n]),
    'nothing',
  ],
  // Caches.
  ['no flush of the line', nonCoherent, withoutAll('flush-line'), 'flush-line/memory'],
  [
    'the line flushed after the PASID-cache',
    nonCoherent,
    (actions) => {
      const flush = withoutAll('store')(withoutAll('invalidate')(withoutAll('wait')(actions)));
      const rest = withoutAll('flush-line')(actions);
      return rest.toSpliced(rest.findIndex(({ do: it }) => it === 'wait') + 1, 0, ...flush);
    },
    'pasid-cache/outcome',
  ],
  ['no PASID-cache invalidation', swap, without(PASID_CACHE), 'pasid-cache/outcome'],
  ['the new domain id alone', swap, replaced(PASID_CACHE, pasidCache(2, 0)), 'pasid-cache/outcome'],
  ['the PASID-cache of another PASID', swap, replaced(PASID_CACHE, pasidCache(1, 7)), 'pasid-cache/outcome'],
  ['the PASID-cache of the whole domain', swap, replaced(PASID_CACHE, [0x10007n, 0n]), 'nothing'],
  ['the whole PASID-cache', swap, replaced(PASID_CACHE, [0x37n, 0n]), 'nothing'],
  ['no PASID-cache invalidation without CM', replaceCase([attach(SECOND)]), without(PASID_CACHE), 'nothing'],
  ['none with CM', caching, without(PASID_CACHE), 'caching-mode/outcome'],
  [
    'domain id 0 with CM, which tags cached faults',
    caching,
    replaced(PASID_CACHE, pasidCache(0, 0)),
    'nothing',
  ],
  ['another domain id with CM', caching, replaced(PASID_CACHE, pasidCache(9, 0)), 'caching-mode/outcome'],
  ['no IOTLB invalidation', swap, without(IOTLB), 'iotlb/outcome'],
  ['the IOTLB of the new domain id', swap, replaced(IOTLB, domainIotlb(2)), 'iotlb/outcome'],
  ['one page of the domain', swap, replaced(IOTLB, [0x100f2n, 0n]), 'iotlb/outcome'],
  ['one page of the PASID', change, replaced(PASID_IOTLB, [0x10036n, 0n]), 'iotlb/outcome'],
  [
    'one page of the domain of a first stage, which drops all of it',
    change,
    replaced(PASID_IOTLB, [0x100f2n, 0n]),
    'nothing',
  ],
  ['the IOTLB of another PASID', withPasid, replaced(PASID_IOTLB, pasidIotlb(1, 6)), 'iotlb/outcome'],
  [
    'the IOTLB of another domain, ahead of the PASID-cache',
    swap,
    (actions) => first(IOTLB, PASID_CACHE)(replaced(IOTLB, domainIotlb(9))(actions)),
    'iotlb/outcome',
  ],
  ['the whole IOTLB', swap, replaced(IOTLB, [0xd2n, 0n]), 'nothing'],
  ['the IOTLB of the PASID alone, by a second stage', swap, replaced(IOTLB, pasidIotlb(1, 0)), 'nothing'],
  ['no Device-TLB invalidation', swap, without(DEVICE_TLB), 'device-tlb/outcome'],
  ['the Device-TLB of another device', swap, replaced(DEVICE_TLB, deviceTlb(0x20, 0)), 'device-tlb/outcome'],
  [
    'the Device-TLB of PASID 0 for requests without PASID',
    swap,
    replaced(DEVICE_TLB, [8n | (0x10n << 16n), 0x7fff_ffff_ffff_f800n]),
    'device-tlb/outcome',
  ],
  ['one page of the Device-TLB', swap, replaced(DEVICE_TLB, [3n | (0x10n << 32n), 0n]), 'device-tlb/outcome'],
  [
    'the Device-TLB of every PASID',
    withPasid,
    replaced(PASID_DEVICE_TLB, [8n | (0x10n << 16n), 0x7fff_ffff_ffff_f801n]),
    'nothing',
  ],
  [
    'a device without ATS',
    noAts,
    (actions) => [...actions, submit(deviceTlb(0x11, 0)), wait],
    'device-tlb.ats/outcome',
  ],
  ['the IOTLB before the PASID-cache', swap, first(IOTLB, PASID_CACHE), 'order.pasid-cache/outcome'],
  ['the Device-TLB before the IOTLB', swap, first(DEVICE_TLB, IOTLB), 'order.iotlb/outcome'],
  ['nothing waited for', swap, withoutAll('wait'), 'wait/order'],
  ['a cached fault that nobody waited for', caching, withoutAll('wait'), 'wait/order'],
  ['one wait at the end of a swap', swap, (actions) => [...withoutAll('wait')(actions), wait], 'nothing'],
  ['a reserved granularity', swap, replaced(PASID_CACHE, [0x27n, 0n]), 'descriptor/outcome'],
  ['a reserved type', swap, replaced(PASID_CACHE, [0xfn, 0n]), 'descriptor/outcome'],
  // Failures.
  ['a failure that leaves nothing', failing, (actions) => actions, 'nothing'],
];

describe('the judge blames', () => {
  test.for(table)('$0: $3', ([, testCase, edit, rule]) => {
    expect(judged(testCase, edit).blamed).toBe(rule);
  });
});

test('what the reference does is right, whatever replaces what', () => {
  const all = [FIRST, OTHER_FIRST, SECOND, OTHER_SECOND, NESTED, OTHER_NESTED, PASS];
  for (const profile of [unit(), unit({ C: 0 }), unit({ CM: 1 })]) {
    for (const from of all) {
      for (const to of all) {
        const testCase = replaceCase(
          [attach(from), attach(from, 2), attach(to), detach(2), detach()],
          profile,
        );
        expect(blamed(testCase, runDomainReplace(testCase))).toBe('nothing');
      }
    }
  }
});

test('a driver that reports less than was asked is told so', () => {
  expect(blamed(swap, { requests: [] })).toBe('report/count');
});

describe('failures', () => {
  const served = runDomainReplace(swap).requests;
  const report = (actions: readonly DriverAction[], failed?: boolean) => ({
    requests: [served[0]!, { actions: [...actions], ...(failed === undefined ? {} : { failed }) }],
  });

  test('a request that nothing kept from being served has to be', () => {
    expect(blamed(swap, report([], true))).toBe('failure.served/outcome');
  });
  test('a failure has to be reported', () => {
    expect(blamed(failing, report([]))).toBe('failure.reported/record');
  });
  test('who needs no allocation may serve', () => {
    expect(blamed(failing, report(served[1]!.actions))).toBe('nothing');
  });
  test('who tells of an error has not served all the same', () => {
    expect(blamed(failing, report(served[1]!.actions, true))).toBe('failure.binding/memory');
  });
  test('blocked is a stated outcome, when caches agree', () => {
    const blocked = runDomainReplace(leave).requests[1]!.actions;
    expect(blamed(failing, report(blocked, true))).toBe('nothing');
    expect(blamed(failing, report(without(IOTLB)(blocked), true))).toBe('iotlb/outcome');
  });
  test('who could not end tracking goes on with tables that are tracked', () => {
    const requests = [attach(SECOND), track(SECOND), track(SECOND, false), attach(SECOND)];
    const [first, second] = runDomainReplace(replaceCase(requests)).requests;
    const none = { actions: [], failed: true };
    const kept = { requests: [first!, second!, none, none] };
    expect(blamed(replaceCase(requests, unit(), [2, 3]), kept)).toBe('nothing');
  });
  test('a third table is none', () => {
    const other = editedStore(0, (low, high) => [low + 0x1000n, high])(served[1]!.actions);
    expect(blamed(failing, report(other, true))).toBe('failure.binding/memory');
  });
});
