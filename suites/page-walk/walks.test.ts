import { describe, expect, test } from 'vitest';
import {
  ALL_64,
  answer,
  GIB1,
  KIB4,
  MIB2,
  map,
  mapping,
  type Page,
  type Parts,
  rangeWalk,
  unit,
  unmap,
} from './hand-made.fixture.ts';

const walk = (parts: Parts) => answer(rangeWalk(parts));
const calls = (parts: Parts) => walk(parts).events;

describe.each([3, 4, 5] as const)('%i levels', (levels) => {
  test.each([
    [1, KIB4],
    [2, MIB2],
    [3, GIB1],
  ])('a page of level %i is announced with its size, at the last place that there is', (level, size) => {
    const iova = (1n << BigInt(12 + 9 * levels)) - size;
    const pages = [{ iova, target: GIB1, level }];
    expect(walk({ levels, pages })).toMatchObject({
      events: [map(iova, size, GIB1)],
      result: { outcome: 'done' },
    });
  });

  test('a start at the address width is refused with code 4, the one before it is not', () => {
    const limit = 1n << BigInt(12 + 9 * levels);
    const refused = { events: [], result: { outcome: 'refused', code: 4 } };
    expect(walk({ levels, start: limit })).toEqual(refused);
    expect(walk({ levels, start: ALL_64 })).toEqual(refused);
    expect(walk({ levels, start: limit - 1n })).toMatchObject({ result: { outcome: 'done' } });
  });
});

test('MGAW limits the range where it is smaller than the tables', () => {
  const full = unit('legacy-57');
  const profile = { ...full, cap: (full.cap & ~(0x3fn << 16n)) | (51n << 16n) };
  const limit = 1n << 52n;
  const pages = [
    { iova: limit - KIB4, target: 0x5000n },
    { iova: limit, target: 0x6000n },
  ];
  expect(calls({ profile, levels: 5, pages })).toEqual([map(limit - KIB4, KIB4, 0x5000n)]);
  expect(walk({ profile, levels: 5, start: limit })).toMatchObject({ result: { code: 4 } });
});

describe('the range', () => {
  const pages = [
    { iova: GIB1, target: GIB1, level: 3 },
    { iova: 2n * GIB1, target: MIB2, level: 2 },
    { iova: 2n * GIB1 + MIB2, target: 0x5000n },
    { iova: 2n * GIB1 + MIB2 + KIB4, target: 0x3000n },
  ];
  const all = [
    map(GIB1, GIB1, GIB1),
    map(2n * GIB1, MIB2, MIB2),
    map(2n * GIB1 + MIB2, KIB4, 0x5000n),
    map(2n * GIB1 + MIB2 + KIB4, KIB4, 0x3000n),
  ];

  test('is walked in ascending order', () => {
    expect(calls({ pages })).toEqual(all);
  });

  test('announces a page whole that it starts or ends in', () => {
    expect(calls({ pages, start: GIB1 + 0x1234n, end: 2n * GIB1 + 1n })).toEqual(all.slice(0, 2));
    expect(calls({ pages, start: 2n * GIB1 - 1n, end: 2n * GIB1 + 1n })).toEqual(all.slice(0, 2));
    expect(calls({ pages, start: 2n * GIB1, end: 2n * GIB1 + MIB2 })).toEqual(all.slice(1, 2));
    expect(calls({ pages, start: 2n * GIB1 + MIB2 + 0xfffn, end: ALL_64 })).toEqual(all.slice(2));
    expect(calls({ pages, start: 2n * GIB1 + MIB2, end: 2n * GIB1 + MIB2 + 1n })).toEqual(all.slice(2, 3));
  });

  test('announces nothing when it is empty', () => {
    for (const [start, end] of [
      [GIB1, GIB1],
      [2n * GIB1, GIB1],
      [0n, 0n],
    ] as const) {
      expect(walk({ pages, start, end })).toEqual({ events: [], result: { outcome: 'done' } });
    }
  });
});

describe('an entry is passed over', () => {
  const next = { iova: GIB1, target: 0x7000n };
  const good = map(GIB1, KIB4, 0x7000n);

  test('when its table does not answer, entry by entry', () => {
    const pages = [{ iova: 0n, target: 0n, level: 2, entry: 0x8000_0003n }, next];
    const { events, skipped } = walk({ pages });
    expect(events).toEqual([good]);
    expect(skipped?.unreadable).toBe(512);
    expect(walk({ pages, start: KIB4, end: 3n * KIB4 })).toMatchObject({ skipped: { unreadable: 2 } });
  });

  test('when memory answers for a part of its table only', () => {
    const backed = [
      { start: 0n, end: 0x20_3008n },
      { start: 0x20_3010n, end: 0x8000_0000n },
    ];
    const pages = [0n, 1n, 2n].map((index) => ({ iova: index * KIB4, target: 0x7000n }));
    const parts = { profile: { ...unit('legacy-57'), backed }, pages, end: 3n * KIB4 };
    expect(walk(parts)).toMatchObject({
      events: [map(0n, KIB4, 0x7000n), map(2n * KIB4, KIB4, 0x7000n)],
      skipped: { unreadable: 1 },
    });
  });

  test.each<[string, Page]>([
    ['bit 12 of a 2 MiB page', { iova: 0n, target: 0n, level: 2, entry: 0x1083n }],
    ['bit 62 of a page', { iova: 0n, target: 0n, entry: (1n << 62n) | 3n }],
    ['bit 11 of a table', { iova: 0n, target: 0n, level: 2, entry: 0x30_5803n }],
    ['bit 7 of a PML4 entry', { iova: 0n, target: 0n, tables: { 4: 0x83n } }],
  ])('for a reserved bit: %s', (_, page) => {
    const start = page.tables ? 1n << 39n : 0n;
    const pages = [page, { ...next, iova: start + GIB1 }];
    const asked = walk({ pages, notifyUnmapped: true, start: 0n, end: 1n });
    expect(asked).toMatchObject({ events: [], skipped: { reserved: 1 } });
    expect(calls({ pages })).toEqual([map(start + GIB1, KIB4, 0x7000n)]);
  });

  test('when no right is left over from its parents, though each of both grants one', () => {
    const pages = [{ iova: 0n, target: 0n, entry: 1n, tables: { 2: 2n } }, next];
    expect(calls({ pages })).toEqual([good]);
    expect(walk({ pages, end: 1n })).toMatchObject({ skipped: { noRight: 1 }, entriesRead: 4 });
  });

  test('with all below it: a table without rights is not followed', () => {
    const pages = [{ iova: 0n, target: 0x5000n, tables: { 3: 0n } }];
    expect(walk({ pages, end: 1n })).toMatchObject({ events: [], entriesRead: 2 });
  });
});

test('rights are those that all entries on the way grant', () => {
  const pages = [
    { iova: 0n, target: 0x5000n, tables: { 3: 1n } },
    { iova: MIB2, target: 0x6000n, entry: 0x6002n },
  ];
  expect(calls({ pages })).toEqual([map(0n, KIB4, 0x5000n, 'r')]);
  expect(calls({ pages: pages.slice(1) })).toEqual([map(MIB2, KIB4, 0x6000n, 'w')]);
});

describe('unmapped ranges, to who asks for them', () => {
  test('are whole entries of the level where nothing is found', () => {
    const pages = [{ iova: 0n, target: 0x5000n }];
    const asked = { pages, notifyUnmapped: true };
    expect(calls({ ...asked, end: KIB4 + 1n })).toEqual([map(0n, KIB4, 0x5000n), unmap(KIB4, KIB4)]);
    expect(calls({ ...asked, start: MIB2 - 1n, end: MIB2 + 1n })).toEqual([
      unmap(MIB2 - KIB4, KIB4),
      unmap(MIB2, MIB2),
    ]);
    const last = 1n << 39n;
    expect(calls({ ...asked, start: last - 1n, end: last + 1n })).toEqual([
      unmap(last - GIB1, GIB1),
      unmap(last, last),
    ]);
    expect(calls({ pages, end: ALL_64 })).toEqual([map(0n, KIB4, 0x5000n)]);
  });
});

describe("the hook's error", () => {
  const pages = [0n, 1n, 2n].map((index) => ({ iova: index * KIB4, target: 0x5000n }));
  test.each([0, 1, 2])('ends the walk at call %i and is handed on', (at) => {
    const { events, result } = walk({ pages, hookFailure: { at, error: 12 } });
    expect(events).toHaveLength(at + 1);
    expect(result).toEqual({ outcome: 'stopped', error: 12 });
  });

  test('that does not come leaves the walk to its end', () => {
    expect(walk({ pages, hookFailure: { at: 3, error: 12 } })).toMatchObject({ result: { outcome: 'done' } });
  });

  test('also ends it between unmap and map of one page', () => {
    const announced = [mapping(0n, KIB4, 0x9000n)];
    const { events } = walk({ pages, announced, hookFailure: { at: 0, error: 1 } });
    expect(events).toEqual([unmap(0n, KIB4)]);
  });
});

describe('a walk that remembers', () => {
  const pages = [{ iova: MIB2, target: 0x5000n }];
  const now = mapping(MIB2, KIB4, 0x5000n);

  test('announces a mapping once', () => {
    expect(walk({ pages, announced: [] })).toMatchObject({
      events: [map(MIB2, KIB4, 0x5000n)],
      announced: [now],
    });
    expect(walk({ pages, announced: [now] })).toMatchObject({ events: [], announced: [now] });
  });

  test.each([
    ['another output', mapping(MIB2, KIB4, 0x6000n)],
    ['fewer rights', mapping(MIB2, KIB4, 0x5000n, 'r')],
    ['a larger page', mapping(MIB2, MIB2, 0x5000n)],
    ['a larger page around it', mapping(0n, GIB1, 0n)],
  ])('unmaps %s before it maps', (_, before) => {
    expect(walk({ pages, announced: [before], start: MIB2, end: MIB2 + 1n })).toMatchObject({
      events: [unmap(MIB2, KIB4), map(MIB2, KIB4, 0x5000n)],
      announced: [now],
    });
  });

  test('unmaps what has vanished in a sync, and keeps it in a replay', () => {
    const gone = [mapping(0n, KIB4, 0x1000n), mapping(8n * GIB1, MIB2, 0n)];
    const sync = walk({ pages, announced: gone, notifyUnmapped: true });
    // Address 0 lies in an empty directory entry, 8 GiB in an empty directory pointer entry.
    expect(sync.events).toEqual([unmap(0n, MIB2), map(MIB2, KIB4, 0x5000n), unmap(8n * GIB1, GIB1)]);
    expect(sync.announced).toEqual([now]);
    const replay = walk({ pages, announced: gone });
    expect(replay).toMatchObject({ events: [map(MIB2, KIB4, 0x5000n)], announced: [gone[0], now, gone[1]] });
  });

  test('keeps what lies outside of the range or under an entry that is passed over', () => {
    const other = [mapping(0n, KIB4, 0n), mapping(GIB1, KIB4, 0n)];
    const reserved = { iova: GIB1, target: 0n, entry: 0x4000_0000_0000_0003n };
    const asked = { pages: [...pages, reserved], announced: other, notifyUnmapped: true };
    expect(walk({ ...asked, start: MIB2, end: GIB1 + KIB4 })).toMatchObject({
      events: [map(MIB2, KIB4, 0x5000n)],
      announced: [other[0], now, other[1]],
    });
  });
});

describe('cost', () => {
  const pages = [0x5000n, 1n << 50n, (1n << 57n) - KIB4].map((iova) => ({ iova, target: 0x7000n }));
  /** One table at the top, four below it for each page. */
  const most = (1 + 3 * 4) * 512;

  test('of a range of 2^57 with three pages is the entries of their tables', () => {
    for (const notifyUnmapped of [false, true]) {
      const { entriesRead, events } = walk({ levels: 5, pages, announced: [], notifyUnmapped });
      expect(events).toHaveLength(3);
      expect(entriesRead).toBeLessThanOrEqual(most);
    }
  });

  test('grows with the tables and not with the range', () => {
    const read = (levels: 4 | 5, count: number) => walk({ levels, pages: pages.slice(0, count) }).entriesRead;
    expect(read(5, 1)).toBe(5 * 512);
    expect(read(5, 3)).toBe(most);
    expect(read(4, 1)).toBe(4 * 512);
  });
});
