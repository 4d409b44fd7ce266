import { expect, test } from 'vitest';
import {
  aborted,
  acknowledge,
  atcInv,
  bypassed,
  callsOf,
  cfgiAll,
  cfgiSte,
  commands,
  EATS,
  entryAt,
  gbpa,
  invalid,
  nested,
  off,
  on,
  plug,
  reserved,
  smmuCase,
  stage1,
  store,
  sync,
  tlbiAll,
  tlbiNsnh,
  tlbiVa,
  unplug,
} from './hand-made.fixture.ts';
import { memory, NEW, OLD, start } from './judge-rows.fixture.ts';

/** Calls of the last step; both models are right. */
const last = (parts: Parameters<typeof smmuCase>[0]) => callsOf(smmuCase(parts)).at(-1);

test('a device is let through until SMMUEN is 1, then translated as its entry says', () => {
  expect(callsOf(smmuCase({ memory, steps: start }))).toEqual([
    ['attach 0 bypass'],
    ['table 1 0x0:4000b', 'attach 0 1'],
  ]);
});

test('a device plugged later is translated at once', () => {
  expect(last({ memory, steps: [on, plug(0)] })).toEqual(['table 1 0x0:4000b', 'attach 0 1']);
});

test('a store alone changes nothing, CFGI_STE replaces the table before the old one goes', () => {
  const steps = [...start, store(entryAt(0), stage1(NEW)), commands(cfgiSte(0), sync)];
  expect(callsOf(smmuCase({ memory, steps })).slice(2)).toEqual([
    [],
    ['table 2 0x0:5000b', 'attach 0 2', 'free 1'],
  ]);
});

test.for([
  ['an abort entry', aborted],
  ['an invalid entry', invalid],
  ['an entry that asks for stage 2', nested],
  ['split-stage ATS', stage1(NEW, 2n * EATS)],
  ['a context descriptor beyond OAS', stage1(1n << 48n)],
  ['more descriptors than SSIDSIZE', stage1(NEW | (9n << 59n))],
] as const)('%s blocks the stream, and the command is consumed', ([, words]) => {
  const steps = [...start, store(entryAt(0), [...words]), commands(cfgiSte(0), sync)];
  expect(last({ memory, steps })).toEqual(['attach 0 abort', 'free 1']);
});

test('an entry that can not be read, or is not there, blocks the stream', () => {
  const hole = { base: 1n << 40n, config: 6n };
  expect(last({ memory, streamTable: hole, steps: start })).toEqual(['attach 0 abort']);
  const devices = [{ streamId: 0x40 }];
  expect(last({ memory, devices, steps: start })).toEqual(['attach 0 abort']);
});

test.for([
  ['Span 0', 0x1_0000n, false],
  ['a Span that ends below', 0x1_0001n, false],
  ['a Span that reaches', 0x1_0002n, true],
  ['all of 64', 0x1_0007n, true],
  ['more than SPLIT', 0x1_0008n, false],
] as const)('a level 1 descriptor with %s', ([, descriptor, isThere]) => {
  const streamTable = { base: 0x2_0000n, config: 0x1_0188n };
  const both = [
    { address: 0x2_0000n, words: [descriptor] },
    { address: entryAt(1), words: bypassed },
  ];
  const devices = [{ streamId: 1 }];
  expect(last({ memory: both, devices, streamTable, steps: [on, plug(0)] })).toEqual([
    `attach 0 ${isThere ? 'bypass' : 'abort'}`,
  ]);
});

test('SMMUEN and GBPA move every stream without a command', () => {
  const steps = [...start, off, gbpa(true), gbpa(false), on, gbpa(true)];
  expect(callsOf(smmuCase({ memory, steps })).slice(2)).toEqual([
    ['attach 0 bypass', 'free 1'],
    ['attach 0 abort'],
    ['attach 0 bypass'],
    ['table 2 0x0:4000b', 'attach 0 2'],
    [],
  ]);
});

test('two devices whose entries agree share a table, on one unit', () => {
  const two = [{ address: entryAt(0), words: [...stage1(OLD), 0n, 0n, 0n, 0n, 0n, 0n, ...stage1(OLD)] }];
  const steps = [plug(0), plug(1), on];
  expect(last({ memory: two, steps })).toEqual(['table 1 0x0:4000b', 'attach 0 1', 'attach 1 1']);
  const units = [{ vmid: 1 }, { vmid: 2 }];
  expect(last({ memory: two, units, devices: [{}, { unit: 1 }], steps })).toEqual([
    'table 1 0x0:4000b',
    'attach 0 1',
    'table 2 0x0:4000b',
    'attach 1 2',
  ]);
});

test('commands reach the host with its VMID and StreamID, those before a CMD_SYNC at once', () => {
  const withAts = [{ address: entryAt(0), words: stage1(OLD, EATS) }];
  const steps = [...start, commands(tlbiVa(), tlbiNsnh, sync, atcInv(0), cfgiAll, sync)];
  expect(last({ memory: withAts, steps })).toEqual([
    'issue 0: 0x5007700000012 0x7700000010',
    'issue 0: 0x10000000040',
    'issue 0: 0x10000000003',
  ]);
});

test('an illegal command stops the queue, what stands in its place goes on', () => {
  const steps = [...start, commands(tlbiAll(), reserved, tlbiAll()), acknowledge(tlbiAll(), sync)];
  expect(callsOf(smmuCase({ memory, steps })).slice(2)).toEqual([
    ['issue 0: 0x7700000010'],
    ['issue 0: 0x7700000010'],
  ]);
});

test('of a batch that failed half-way the rest is issued when the error is acknowledged', () => {
  const steps = [...start, commands(tlbiVa(), tlbiNsnh, sync), acknowledge()];
  const failing = [{ call: 3, handled: 1 }];
  expect(callsOf(smmuCase({ memory, steps, failing })).slice(2)).toEqual([
    ['issue 0: 0x5007700000012 0x7700000010'],
    ['issue 0: 0x7700000010'],
  ]);
});

test('an unplugged device gives its table back', () => {
  expect(last({ memory, steps: [...start, unplug(0)] })).toEqual(['attach 0 bypass', 'free 1']);
});

test('a stream that a failed command blocked may stay so when that command is taken back', () => {
  const steps = [
    ...[...start, store(entryAt(0), bypassed), commands(cfgiSte(0))],
    ...[store(entryAt(0), stage1(NEW)), commands(cfgiSte(0)), acknowledge(sync)],
  ];
  const failing = [{ call: 5 }];
  expect(callsOf(smmuCase({ memory, steps, failing })).slice(3)).toEqual([
    ['attach 0 bypass', 'free 1'],
    [],
    ['table 2 0x0:5000b', 'attach 0 abort'],
    [],
  ]);
});

test('a device that a failure blocked when it was plugged may stay so when an older CFGI completes', () => {
  const steps = [on, commands(cfgiSte(0)), plug(0), commands(sync)];
  const bypassing = [{ address: entryAt(0), words: bypassed }];
  expect(callsOf(smmuCase({ memory: bypassing, steps, failing: [{ call: 0 }] })).slice(2)).toEqual([
    ['attach 0 bypass', 'attach 0 abort'],
    [],
  ]);
});

test('a device that a failure left as an older entry said may stay so when an older CFGI completes', () => {
  const steps = [
    ...[plug(0), on, off, store(entryAt(0), bypassed), gbpa(true), commands(cfgiSte(0))],
    ...[on, commands(sync)],
  ];
  const aborting = [{ address: entryAt(0), words: aborted }];
  // Call 4 would attach it to bypass; what it is, abort, may still be cached then.
  expect(callsOf(smmuCase({ memory: aborting, steps, failing: [{ call: 4 }] })).slice(6)).toEqual([
    ['attach 0 bypass'],
    [],
  ]);
});
