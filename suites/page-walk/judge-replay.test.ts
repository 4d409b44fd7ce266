/** What may come of a replay is allowed, and what may not is named by its rule. */
import { expect, test } from 'vitest';
import { optimized } from '../../models/optimized/implementation.ts';
import { reference } from '../../models/reference/implementation.ts';
import type { PageWalkCase, PageWalkObservation, Profile, WalkEvent } from '../../spec/schema.ts';
import { KIB4, MIB2, map, unit, unmap, wrong } from './hand-made.fixture.ts';
import { judgePageWalk } from './judge.ts';

/** ECAP: the requester can be privileged, and such requests supported (11.4.3). */
const RPRIVS = 1n << 53n;
const SRS = 1n << 31n;

const done = { outcome: 'done' } as const;
/** The doubts stand open. */
const wide = { ...unit('legacy-57'), policies: {} };
const small = map(MIB2, KIB4, 0x5000n);

const replay = (
  translationEnabled: boolean,
  policies: Profile['policies'] = {},
  memory: PageWalkCase['memory'] = [],
): PageWalkCase => ({
  area: 'page-walk',
  profile: { ...wide, policies },
  memory,
  walk: { kind: 'replay', rtaddr: 0x1000n, translationEnabled, sourceId: 0 },
});
const off = replay(false, { translationOff: 'identity' });
const low = map(0n, 0x8000_0000n, 0n);
const high = map(0x1_0000_0000n, 0xc000_0000n, 0x1_0000_0000n);

test('a replay without a context entry may tell of it, and calls nothing', () => {
  expect(wrong(replay(true), { events: [], result: done })).toBe('');
  expect(wrong(replay(true), { events: [], result: { outcome: 'refused', code: 2 } })).toBe('');
  expect(wrong(replay(true), { events: [low], result: done })).toBe('replay.no-context/outcome');
});

test('the entry that serves no device is told with what is wrong with it', () => {
  const expected = (memory: PageWalkCase['memory']) =>
    judgePageWalk(replay(true, {}, memory), { events: [low], result: done }).mismatches[0]?.expected;
  expect(expected([])).toBe('no call, and no error of a hook: root-legacy at 0x1000, LRT.2');
  expect(expected(context(0x13n))).toBe('no call, and no error of a hook: context-legacy at 0x2000, LCT.3');
  expect(expected([{ address: 0x1000n, words: [0x9000_0001n] }])).toBe(
    'no call, and no error of a hook: context-legacy at 0x90000000, not readable',
  );
});

const context = (word: bigint) => [
  { address: 0x1000n, words: [0x2001n] },
  { address: 0x2000n, words: [word, 3n] },
];

test('a replay of a device under pass-through announces nothing but addresses mapped to themselves', () => {
  const device = replay(true, {}, context(0x3009n));
  for (const events of [[], [low], [low, high]]) expect(wrong(device, { events, result: done })).toBe('');
  expect(wrong(device, { events: [], result: { outcome: 'refused' } })).toBe('');
  for (const events of [
    [map(0n, KIB4, 0x5000n)],
    [low, { ...high, write: false } as WalkEvent],
    [unmap(0n, KIB4)],
  ]) {
    expect(wrong(device, { events, result: done })).toBe('replay.pass-through/outcome');
  }
  const refused = { outcome: 'refused' } as const;
  expect(wrong(device, { events: [low], result: refused })).toBe('replay.pass-through/outcome');
  const failing = { ...device, hookFailure: { at: 0, error: 3 } };
  expect(wrong(failing, { events: [low], result: { outcome: 'stopped', error: 3 } })).toBe('');
  expect(wrong(failing, { events: [low], result: done })).toBe('hook-error/outcome');
});

test('a replay of a device that may be refused may do anything', () => {
  // Under pass-through no width is stated (9.3).
  const device = replay(true, {}, [
    { address: 0x1000n, words: [0x2001n] },
    { address: 0x2000n, words: [9n, 7n] },
  ]);
  expect(wrong(device, { events: [small], result: done })).toBe('');
  expect(wrong(device, { events: [], result: done })).toBe('');
});

test('a replay of a device all of whose requests are blocked may walk its tables or announce nothing', () => {
  const nested = unit('nested-48');
  // RID_PRIV (bit 84 of the context entry) without SRE: SPT.6. With SRE the tables count.
  const device = (sre: bigint): PageWalkCase => ({
    ...replay(true, {}, [
      { address: 0x1000n, words: [0x2001n] },
      { address: 0x2000n, words: [0x3001n, 0x10_0000n] },
      { address: 0x3000n, words: [0x4001n] },
      { address: 0x4000n, words: [0x5089n, 1n, sre] },
      { address: 0x5000n, words: [0x6003n] },
      { address: 0x6000n, words: [0x83n] },
    ]),
    profile: { ...nested, ecap: nested.ecap | RPRIVS | SRS },
    walk: { kind: 'replay', rtaddr: 0x1400n, translationEnabled: true, sourceId: 0 },
  });
  expect(wrong(device(0n), { events: [], result: done })).toBe('');
  expect(wrong(device(1n), { events: [], result: done })).toBe('replay.tables/outcome');
});

test('a replay of a device with a second stage walks its tables', () => {
  expect(wrong(replay(true, {}, context(1n)), { events: [low], result: done })).toBe('skip.no-right/outcome');
  const leads = [...context(0x3001n), { address: 0x3000n, words: [3n] }, { address: 0n, words: [3n] }];
  expect(wrong(replay(true, {}, leads), { events: [], result: done })).toBe('replay.tables/outcome');
});

test('a replay while translation is off joins ranges of memory that touch, in whatever order they are given', () => {
  const backed = [
    { start: 0x10_0000n, end: 0x20_0000n },
    { start: 0n, end: 0x18_0000n },
  ];
  const joined = { ...off, profile: { ...off.profile, backed } };
  expect(wrong(joined, { events: [map(0n, 0x20_0000n, 0n)], result: done })).toBe('');
  for (const { run } of [reference, optimized]) {
    expect(wrong(joined, run(joined) as PageWalkObservation)).toBe('');
  }
  const ragged = { ...off, profile: { ...off.profile, backed: [{ start: 0n, end: 0x1800n }] } };
  expect(wrong(ragged, { events: [], result: done })).toBe('');
});

test('a replay while translation is off announces memory in pieces of any size, or nothing', () => {
  const halves = [map(0n, 0x4000_0000n, 0n), map(0x4000_0000n, 0x4000_0000n, 0x4000_0000n)];
  expect(wrong(off, { events: [low, high], result: done })).toBe('');
  expect(wrong(off, { events: [...halves, high], result: done })).toBe('');
  expect(wrong(replay(false), { events: [], result: done })).toBe('');
  expect(wrong(off, { events: [], result: done })).toBe('replay.identity/outcome');
  expect(wrong(replay(false), { events: [low], result: done })).toBe('replay.identity/outcome');
  expect(wrong(off, { events: [high, low], result: done })).toBe('replay.identity/address');
  expect(wrong(off, { events: [{ ...low, size: 0x1_0000_0000n }, high], result: done })).toBe(
    'replay.identity/address',
  );
  expect(wrong(off, { events: [low, high, high], result: done })).toBe('replay.identity/outcome');
  const failing = { ...off, hookFailure: { at: 0, error: 3 } };
  expect(wrong(failing, { events: [low], result: { outcome: 'stopped', error: 3 } })).toBe('');
  expect(wrong(failing, { events: [low, high], result: done })).toBe('hook-error/outcome');
  const stopped = { outcome: 'stopped', error: 3 } as const;
  expect(wrong(failing, { events: [low, high], result: stopped })).toBe('hook-error/outcome');
});

test('a replay of memory beyond the host address width may announce anything: no platform has any there', () => {
  const beyond = { ...off, profile: { ...off.profile, haw: 32 } };
  expect(wrong(beyond, { events: [low, high], result: done })).toBe('');
  expect(wrong(beyond, { events: [low], result: done })).toBe('');
});
