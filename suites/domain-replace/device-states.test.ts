/** Requests about more than one place: dirty tracking, released tables, ATS, ids that run out. */
import { describe, expect, test } from 'vitest';
import { runDomainReplace as optimized } from '../../models/optimized/domain-replace.ts';
import { deviceTlb, pasidCache } from '../../models/reference/domain-replace/queue.ts';
import { runDomainReplace as reference } from '../../models/reference/domain-replace/run.ts';
import { latticeBreaches } from '../../spec/lattice.ts';
import type { DomainReplaceCase, DomainRequest } from '../../spec/schema.ts';
import {
  DEVICE_TLB,
  type Edit,
  editedStore,
  IOTLB,
  is,
  judged,
  nothing,
  PASID_IOTLB,
  type Row,
  same,
  without,
} from './edits.fixture.ts';
import {
  attach,
  blamed,
  detach,
  FIRST,
  NESTED,
  PASS,
  release,
  replaceCase,
  SECOND,
  submit,
  switchAts,
  track,
  unit,
  wait,
} from './hand-made.fixture.ts';

const SSADE = 0x200n;
const PWSNP = 1n << 23n;
const onlyOfDevice =
  (device: number): Edit =>
  (actions) =>
    actions.filter((action) => action.do !== 'store' || action.device === device);
const stored = (quantum: number, edit: (low: bigint) => bigint): Edit =>
  editedStore(quantum, (low, high) => [edit(low), high]);

const withPageRequests = (...requests: DomainRequest[]) => replaceCase(requests, unit(), [], true);
const tracked = replaceCase([attach(SECOND), attach(NESTED, 2), track(SECOND)]);

const table: Row[] = [
  ['writes tracked in both entries over the tables', tracked, same, 'nothing'],
  ['the nested entry forgotten', tracked, onlyOfDevice(0), 'dirty.nested/memory'],
  ['the second-stage entry forgotten', tracked, onlyOfDevice(2), 'dirty.second-stage/memory'],
  ['tracking begun without any store', tracked, nothing, 'dirty.second-stage/memory'],
  ['translations that leave no trace kept in the IOTLB', tracked, without(IOTLB), 'iotlb/outcome'],
  ['or in a Device-TLB', tracked, without(DEVICE_TLB), 'device-tlb/outcome'],
  [
    'a nested domain over tracked tables',
    replaceCase([track(SECOND), attach(NESTED)]),
    stored(0, (low) => low & ~SSADE),
    'dirty.attach/memory',
  ],
  [
    'the same with walks that do not snoop, which can write no flags (SSS.5)',
    replaceCase([track(SECOND), attach(NESTED)]),
    editedStore(0, (low, high) => [low, high & ~PWSNP]),
    'dirty.attach/memory',
  ],
  [
    'walks that do not snoop where nothing is tracked',
    replaceCase([attach(NESTED)]),
    editedStore(0, (low, high) => [low, high & ~PWSNP]),
    'nothing',
  ],
  [
    'SSADE clear for a moment, and what was cached then kept',
    replaceCase([track(SECOND), attach(SECOND)]),
    (actions) => {
      const clear = stored(0, (low) => low & ~SSADE)(actions).slice(0, 1);
      const set = actions.filter((action) => action.do === 'store');
      return [...actions, ...clear, ...set, submit(pasidCache(1, 0)), wait];
    },
    'iotlb/outcome',
  ],
  [
    'SSADE always set, tracked or not',
    replaceCase([attach(SECOND)]),
    stored(0, (low) => low | SSADE),
    'nothing',
  ],
  [
    'SSADE set afterwards, though nobody asked, and nothing invalidated',
    replaceCase([attach(SECOND)]),
    (actions) => [...actions, ...stored(0, (low) => low | SSADE)(actions).slice(0, 1)],
    'nothing',
  ],
  ['tracking ended', replaceCase([track(SECOND), attach(SECOND), track(SECOND, false)]), same, 'nothing'],
  [
    'tracking ended, and the flag left',
    replaceCase([track(SECOND), attach(SECOND), track(SECOND, false)]),
    nothing,
    'nothing',
  ],
  ['released tables', replaceCase([attach(FIRST), attach(FIRST, 2, 5), release(FIRST)]), same, 'nothing'],
  [
    'released tables of which a place is left',
    replaceCase([attach(FIRST), attach(FIRST, 2, 5), release(FIRST)]),
    onlyOfDevice(0),
    'entry.blocked/memory',
  ],
  [
    'released tables left in the IOTLB',
    replaceCase([attach(FIRST), release(FIRST)]),
    without(PASID_IOTLB),
    'iotlb/outcome',
  ],
  ['ATS not switched', replaceCase([switchAts(1, true)]), nothing, 'ats/outcome'],
  [
    'a replacement after ATS went on, without Device-TLB',
    replaceCase([switchAts(1, true), attach(FIRST, 1), attach(PASS, 1)]),
    without(DEVICE_TLB),
    'device-tlb/outcome',
  ],
  [
    'a replacement after ATS went off, with Device-TLB',
    replaceCase([switchAts(0, false), attach(FIRST), attach(PASS)]),
    (actions) => [...actions, submit(deviceTlb(0x10, 0)), wait],
    'device-tlb.ats/outcome',
  ],
  [
    'the Device-TLB invalidated behind ATS off',
    replaceCase([attach(FIRST), switchAts(0, false)]),
    (actions) => [...actions, submit(deviceTlb(0x10, 0)), wait],
    'nothing',
  ],
  [
    'the Device-TLB invalidated ahead of ATS on',
    replaceCase([switchAts(0, false), switchAts(0, true)]),
    (actions) => [submit(deviceTlb(0x10, 0)), wait, ...actions],
    'nothing',
  ],
  [
    'SRE where no first stage looks at it',
    replaceCase([attach(SECOND)]),
    (actions) => [{ do: 'store', device: 0, quantum: 1, value: [1n, 0n] }, ...actions],
    'nothing',
  ],
  [
    'supervisor requests let through',
    replaceCase([attach(FIRST)]),
    stored(1, (low) => low | 1n),
    'entry.supervisor/memory',
  ],
];

describe('the judge blames', () => {
  test.for(table)('$0: $3', ([, testCase, edit, expected]) => {
    expect(judged(testCase, edit).blamed).toBe(expected);
  });
});

test.for<[string, DomainReplaceCase]>([
  ['dirty tracking without SSADS', replaceCase([attach(SECOND), track(SECOND)], unit({ SSADS: 0 }))],
  ['page requests without PDS', replaceCase([attach(FIRST)], unit({ PDS: 0 }), [], true)],
  ['ATS of a device that sends page requests', withPageRequests(switchAts(0, false))],
  ['release of a second stage', replaceCase([attach(SECOND), release(SECOND)])],
])('%s is asked of nobody', ([, testCase]) => {
  expect(judged(testCase, nothing).blamed).toBe('nothing');
});

test('a request that may fail, and was served without tracking, lacks the tracking and no report', () => {
  const requests = [track(SECOND), attach(NESTED)];
  const reports = reference(replaceCase(requests)).requests;
  const actions = stored(0, (low) => low & ~SSADE)(reports[1]!.actions);
  const observation = { requests: [reports[0]!, { actions: [...actions] }] };
  expect(blamed(replaceCase(requests, unit(), [1]), observation)).toBe('dirty.attach/memory');
});

test('tracking that failed binds nobody', () => {
  const requests = [attach(SECOND), track(SECOND), attach(NESTED, 2)];
  const { requests: plain } = reference(replaceCase([requests[0]!, requests[2]!]));
  const observation = { requests: [plain[0]!, { actions: [], failed: true }, plain[1]!] };
  expect(blamed(replaceCase(requests, unit(), [1]), observation)).toBe('nothing');
});

test('what is left to drivers is remarked', () => {
  const gap: Edit = ([store, ...rest]) => {
    const [low = 0n, high = 0n] = store?.do === 'store' ? store.value : [];
    return [{ do: 'store', device: 0, quantum: 0, value: [low & ~1n, high] }, ...rest, store!, wait];
  };
  expect(judged(replaceCase([attach(SECOND), track(SECOND)]), gap).remarks).toEqual(['entry.hitless']);
  const untracked = replaceCase([track(SECOND), attach(SECOND), track(SECOND, false)]);
  expect(judged(untracked, nothing).remarks).toEqual(['dirty.off']);
  expect(judged(untracked, same).remarks).toEqual([]);
  const released = replaceCase([attach(FIRST), release(FIRST)]);
  expect(
    judged(
      released,
      stored(0, () => 0n),
    ).remarks,
  ).toEqual(['release.faults']);
  expect(judged(released, same).remarks).toEqual([]);
  expect(judged(withPageRequests(...released.requests, detach()), same).remarks).toEqual([]);
  const whole = submit([0xd2n, 0n]);
  const swap = replaceCase([attach(SECOND), attach(PASS)]);
  expect(judged(swap, (actions) => actions.map((one) => (is(IOTLB)(one) ? whole : one))).remarks).toEqual([
    'cost.global',
  ]);
});

describe('domain ids that run out', () => {
  const places = Array.from({ length: 15 }, (_, index) => attach(FIRST, 0, index + 1));
  const small = unit({ ND: 0 });
  const crowd = (count: number) => replaceCase(places.slice(0, count), small);

  test('fail the request of a driver that gives one to each place', () => {
    const testCase = replaceCase([...places, attach(SECOND, 2)], small);
    const { requests } = optimized(testCase);
    expect(requests.at(-1)).toEqual({ actions: [], failed: true });
    expect(blamed(testCase, { requests })).toBe('nothing');
  });
  test('are no reason for a driver to fail before', () => {
    expect(judged(crowd(14), nothing, true).blamed).toBe('failure.served/outcome');
    expect(judged(crowd(15), nothing, true).blamed).toBe('nothing');
  });
  test('are kept by places whose tables were released, until they are detached', () => {
    const released = [...places.slice(0, 14), release(FIRST)];
    const again = (...more: DomainRequest[]) => replaceCase([...released, ...more, attach(SECOND, 2)], small);
    expect(judged(again(), nothing, true).blamed).toBe('nothing');
    expect(judged(again(detach(0, 1)), nothing, true).blamed).toBe('failure.served/outcome');
  });
  test('have to be reported', () => {
    expect(judged(crowd(15), nothing).blamed).toBe('did.exhausted/record');
  });
  test('leave the old tables, or none', () => {
    const other = stored(1, (low) => low + 0x8000n);
    expect(judged(crowd(15), other, true).blamed).toBe('did.exhausted/memory');
  });
});

test('no unit in scalable mode needs its write buffer flushed', () => {
  const profile = unit({ RWBF: 1 });
  expect(latticeBreaches(profile)).toEqual(['RWBF must be 0 when SMTS is 1']);
});

test('one domain id may stand for a process in many devices, and for many processes by their PASIDs', () => {
  const one = editedStore(0, (low, high) => [low, (high & ~0xffffn) | 1n]);
  const shared = replaceCase([attach(FIRST, 0, 5), attach(FIRST, 2, 5), attach(PASS, 0, 6)]);
  const { requests } = reference(shared);
  const observation = { requests: requests.map(({ actions }) => ({ actions: [...one(actions)] })) };
  expect(blamed(shared, observation)).toBe('nothing');
});
