/** What the sources leave open is allowed, and what they do not is named by its rule. */
import { describe, expect, test } from 'vitest';
import { reference } from '../../models/reference/implementation.ts';
import type { PageWalkObservation, WalkEvent } from '../../spec/schema.ts';
import {
  ALL_64,
  GIB1,
  KIB4,
  MIB2,
  map,
  mapping,
  type Parts,
  rangeWalk,
  unit,
  unmap,
  wrong,
} from './hand-made.fixture.ts';

const done = { outcome: 'done' } as const;

const seen = (parts: Parts, events: WalkEvent[], rest: Partial<PageWalkObservation> = {}) =>
  wrong(rangeWalk(parts), { events, result: done, ...rest });
/** The doubts stand open. */
const wide = { ...unit('legacy-57'), policies: {} };

const pages = [
  { iova: MIB2, target: 0x5000n },
  { iova: GIB1, target: MIB2, level: 2 },
];
const small = map(MIB2, KIB4, 0x5000n);
const large = map(GIB1, MIB2, MIB2);

describe('allowed', () => {
  test('is to leave out a table without rights, unless the policy says otherwise', () => {
    const parts = { pages, start: MIB2, end: MIB2 + KIB4 };
    const asked = { ...parts, start: 0n, end: KIB4, notifyUnmapped: true };
    expect(seen({ ...asked, profile: wide }, [])).toBe('');
    expect(seen({ ...asked, profile: wide }, [unmap(0n, MIB2)])).toBe('');
    expect(seen(asked, [unmap(0n, MIB2)])).toBe('');
    expect(seen(asked, [])).toBe('unmap.table/outcome');
  });

  test('is to look at reserved bits of an entry without rights, or not to', () => {
    const page = { iova: 0n, target: 0n, entry: 1n << 62n };
    const asked = { pages: [page], end: KIB4, notifyUnmapped: true };
    expect(seen(asked, [unmap(0n, KIB4)])).toBe('');
    expect(seen(asked, [])).toBe('');
    const quiet = { pages: [page], end: KIB4 };
    expect(seen(quiet, [], { skipped: { unreadable: 0, reserved: 1, noRight: 0 } })).toBe('');
    expect(seen(quiet, [], { skipped: { unreadable: 0, reserved: 0, noRight: 1 } })).toBe('');
    const twice = { unreadable: 0, reserved: 1, noRight: 1 };
    expect(seen(quiet, [], { skipped: twice })).toBe('count.reserved/count');
  });

  test('is to pass over an entry for its reserved bits, and to unmap at the next one what was announced for both', () => {
    const pages = [{ iova: 0n, target: 0n, entry: 1n << 62n }];
    const asked = { pages, end: 2n * KIB4, notifyUnmapped: true };
    const skipped = { unreadable: 0, reserved: 1, noRight: 0 };
    const over = (size: bigint) => ({ ...asked, announced: [mapping(0n, size, 0n)] });
    expect(seen(over(MIB2), [unmap(0n, MIB2)], { skipped })).toBe('');
    expect(seen(over(MIB2), [unmap(0n, MIB2)], { skipped: { ...skipped, reserved: 2 } })).toBe(
      'count.reserved/count',
    );
    expect(seen(over(KIB4), [unmap(0n, KIB4)], { skipped })).toBe('count.reserved/count');
    const before = {
      ...over(MIB2),
      pages: [...pages, { iova: KIB4, target: 0n, entry: 3n }],
      end: 3n * KIB4,
    };
    const calls = [unmap(0n, MIB2), map(KIB4, KIB4, 0n)];
    expect(seen(before, calls, { skipped: { ...skipped, noRight: 1 } })).toBe('');
    expect(seen(before, calls, { skipped: { ...skipped, noRight: 2 } })).toBe('count.no-right/count');
  });

  test('is to look at reserved bits of an entry before the rights that the tables above leave it, or behind', () => {
    const page = { iova: 0n, target: 0n, entry: (1n << 62n) | 1n, tables: { 2: 2n } };
    const asked = { pages: [page], end: KIB4, notifyUnmapped: true };
    expect(seen(asked, [unmap(0n, KIB4)])).toBe('');
    expect(seen(asked, [])).toBe('');
    const quiet = { pages: [page], end: KIB4 };
    expect(seen(quiet, [], { skipped: { unreadable: 0, reserved: 1, noRight: 0 } })).toBe('');
    expect(seen(quiet, [], { skipped: { unreadable: 0, reserved: 0, noRight: 1 } })).toBe('');
    expect(seen(quiet, [map(0n, KIB4, 0n)])).toBe('skip.no-right/outcome');
  });

  test('is to take an entry of all ones for one that cannot be read', () => {
    const parts = { pages: [{ iova: 0n, target: 0n, entry: ALL_64 }], end: KIB4 };
    expect(seen(parts, [], { skipped: { unreadable: 1, reserved: 0, noRight: 0 } })).toBe('');
    expect(seen(parts, [], { skipped: { unreadable: 0, reserved: 1, noRight: 0 } })).toBe('');
    expect(seen(parts, [], { skipped: { unreadable: 0, reserved: 0, noRight: 1 } })).toContain(
      'count.no-right',
    );
  });

  test('is to unmap what was announced piece by piece', () => {
    const announced = [mapping(GIB1, KIB4, 0n), mapping(GIB1 + 0x3000n, KIB4, 0n)];
    const parts = { pages, announced, start: GIB1, end: GIB1 + 1n };
    const pieces = [unmap(GIB1, KIB4), unmap(GIB1 + 0x3000n, KIB4)];
    expect(seen(parts, [unmap(GIB1, MIB2), large])).toBe('');
    expect(seen(parts, [...pieces, large])).toBe('');
    expect(seen(parts, [...pieces.slice(0, 1), large])).toBe('remembered.changed/outcome');
    expect(seen(parts, [large])).toBe('remembered.changed/outcome');
    const gone = { ...parts, pages: [], notifyUnmapped: true };
    expect(seen(gone, pieces)).toBe('');
    expect(seen(gone, [unmap(0n, 1n << 39n)])).toBe('');
    expect(seen(gone, [])).toBe('remembered.vanished/outcome');
  });

  test('is to remember the rest of a mapping that was unmapped in part, or to forget it', () => {
    const old = mapping(MIB2, MIB2, 0n);
    const rest = mapping(MIB2 + KIB4, MIB2 - KIB4, KIB4);
    const now = mapping(MIB2, KIB4, 0x5000n);
    const parts = { pages, announced: [old], start: MIB2, end: MIB2 + KIB4 };
    const cut = [unmap(MIB2, KIB4), small];
    expect(seen(parts, cut, { announced: [now] })).toBe('');
    expect(seen(parts, cut, { announced: [now, rest] })).toBe('');
    expect(seen(parts, cut, { announced: [old] })).toBe('remembered.state/memory');
    const whole = [unmap(MIB2, MIB2), small];
    expect(seen(parts, whole, { announced: [now] })).toBe('');
    expect(seen(parts, whole, { announced: [now, rest] })).toBe('remembered.state/memory');
    const next = { iova: MIB2 + KIB4, target: 0x9000n };
    const both = { ...parts, pages: [...pages, next], end: MIB2 + 2n * KIB4 };
    const second = map(MIB2 + KIB4, KIB4, 0x9000n);
    expect(seen(both, [...cut, unmap(MIB2 + KIB4, KIB4), second])).toBe('');
    expect(seen(both, [...cut, second])).toBe('');
    expect(seen(both, [...whole, unmap(MIB2 + KIB4, KIB4), second])).not.toBe('');
  });

  test('is to unmap no more of what was announced than lies in the entry', () => {
    const announced = [mapping(GIB1 - KIB4, 2n * KIB4, 0n)];
    const parts = { pages, announced, start: GIB1, end: GIB1 + 1n };
    expect(seen(parts, [unmap(GIB1, KIB4), large])).toBe('');
    expect(seen(parts, [unmap(GIB1 - KIB4, KIB4), large])).toBe('range.bounds/outcome');
  });

  test('is to announce nothing where larger or smaller pages lead to where the old ones led', () => {
    const whole = { announced: [mapping(MIB2, MIB2, 0x5000n)], pages, start: MIB2, end: MIB2 + KIB4 };
    expect(seen(whole, [], { announced: whole.announced })).toBe('');
    expect(seen(whole, [unmap(MIB2, KIB4), small])).toBe('');
    const halves = [
      mapping(GIB1, MIB2 / 2n, MIB2),
      mapping(GIB1 + MIB2 / 2n, MIB2 / 2n, MIB2 + MIB2 / 2n),
    ] as const;
    const split = { pages, announced: [...halves], start: GIB1, end: GIB1 + 1n };
    expect(seen(split, [], { announced: [...halves] })).toBe('');
    expect(seen(split, [], { announced: [mapping(GIB1, MIB2, MIB2)] })).toBe('');
    const half = { ...split, announced: [halves[0]] };
    expect(seen(half, [])).toBe('remembered.changed/outcome');
    const denied = { ...split, announced: [halves[0], { ...halves[1], write: false }] };
    expect(seen(denied, [])).toBe('remembered.changed/outcome');
  });

  test('is the code of either mode for a start beyond the width where the unit has both', () => {
    const refused = (code: number, name: string) =>
      seen({ profile: unit(name), start: 1n << 48n }, [], { result: { outcome: 'refused', code } });
    expect(refused(0x04, 'legacy-57')).toBe('');
    expect(refused(0x84, 'legacy-57')).toBe('range.beyond/code');
    expect(refused(0x84, 'second-stage-57')).toBe('');
    expect(seen({ start: 1n << 48n }, [])).toBe('range.beyond/outcome');
    expect(seen({ start: 1n << 48n, end: 0n }, [])).toBe('');
  });

  test('is anything where a revision does not say what a bit means', () => {
    const parts = {
      profile: { ...wide, specRev: '3.1' },
      pages: [{ iova: MIB2, target: 0n, entry: 0x4000_0000_0000_5003n }],
    } as const;
    expect(seen(parts, [])).toBe('');
    expect(seen(parts, [small])).toBe('');
    expect(seen({ ...parts, profile: wide }, [small])).toBe('skip.reserved/outcome');
  });

  test('is not to count, and not to tell what is remembered', () => {
    expect(seen({ pages, announced: [] }, [small, large])).toBe('');
  });
});

describe('refused by name', () => {
  test.each<[string, WalkEvent[]]>([
    ['map.4k/outcome', []],
    ['map.4k/outcome', [large]],
    ['map.2m/outcome', [small]],
    ['order/order', [large, small]],
    ['map.4k/address', [{ ...small, target: 0x6000n } as WalkEvent, large]],
    ['map.4k/address', [{ ...small, size: MIB2 }, large]],
    ['map.2m/address', [small, { ...large, iova: GIB1 + KIB4 }]],
    ['permission/permission', [small, { ...large, write: false } as WalkEvent]],
    ['skip.no-right/outcome', [unmap(0n, KIB4), small, large]],
    ['map.4k/outcome', [small, small, large]],
    ['skip.no-right/outcome', [small, large, unmap(2n * GIB1, GIB1)]],
    ['range.bounds/outcome', [small, large, map(1n << 50n, KIB4, 0n)]],
    ['map.4k/outcome', [unmap(MIB2, KIB4), large]],
  ])('%s', (rule, events) => {
    expect(seen({ pages }, events)).toBe(rule);
  });

  test('a page that is cut to the range', () => {
    const start = GIB1 + KIB4;
    expect(seen({ pages, start }, [{ ...large, iova: start }])).toBe('map.whole/address');
    expect(seen({ pages, start }, [{ ...large, size: KIB4 }])).toBe('map.whole/address');
    expect(seen({ pages, start }, [map(GIB1, MIB2, 0n)])).toBe('map.2m/address');
    const announced = [mapping(GIB1, KIB4, 0n)];
    expect(seen({ pages, start, announced }, [unmap(GIB1, MIB2), map(GIB1, MIB2, 0n)])).toBe(
      'map.2m/address',
    );
  });

  test('entries that must be passed over', () => {
    const reserved = [{ iova: MIB2, target: 0x5000n, tables: { 2: 3n } }];
    const bad = rangeWalk({ pages: reserved });
    const memory = bad.memory.map((run) =>
      run.words[0] === 0x20_3003n ? { ...run, words: [0x20_3803n] } : run,
    );
    expect(wrong({ ...bad, memory }, { events: [small], result: done })).toBe('skip.reserved/outcome');
    const unreadable = [{ iova: 0n, target: 0n, level: 2, entry: 0x8000_0003n }];
    expect(seen({ pages: unreadable }, [unmap(0n, KIB4)])).toBe('skip.unreadable/outcome');
  });

  test('memory of what was announced', () => {
    const announced = [mapping(MIB2, KIB4, 0x5000n)];
    const parts = { pages, announced };
    expect(seen(parts, [small, large])).toBe('remembered.identical/outcome');
    expect(seen(parts, [large])).toBe('');
    expect(seen(parts, [large], { announced })).toBe('remembered.state/memory');
    const gone = { announced: [mapping(0n, KIB4, 0n)], end: KIB4 };
    expect(seen(gone, [unmap(0n, 1n << 39n)])).toBe('remembered.kept/outcome');
    const never = { announced: [], notifyUnmapped: true, end: KIB4 };
    expect(seen(never, [unmap(0n, 1n << 39n)])).toBe('remembered.never-announced/outcome');
  });

  test('a mapping that no entry grants, or not so, whatever was announced', () => {
    const empty = map(0n, 1n << 39n, 0n);
    const never = { announced: [], notifyUnmapped: true, end: KIB4 };
    expect(seen(never, [empty])).toBe('skip.no-right/outcome');
    const gone = { announced: [mapping(0n, KIB4, 0n)], end: KIB4 };
    expect(seen(gone, [unmap(0n, 1n << 39n), empty])).toBe('skip.no-right/outcome');
    const parts = { pages, announced: [mapping(MIB2, KIB4, 0x5000n)] };
    const other = (changed: Partial<WalkEvent>) => ({ ...small, ...changed }) as WalkEvent;
    const renewed = (changed: Partial<WalkEvent>) => [unmap(MIB2, KIB4), other(changed), large];
    expect(seen(parts, renewed({ write: false }))).toBe('permission/permission');
    expect(seen(parts, renewed({ target: 0x6000n }))).toBe('map.4k/address');
    expect(seen(parts, renewed({}))).toBe('remembered.identical/outcome');
  });

  test('the end of a walk', () => {
    const failing = { pages, hookFailure: { at: 0, error: 7 } };
    const stopped = (error: number) => ({ result: { outcome: 'stopped', error } as const });
    expect(seen(failing, [small], stopped(7))).toBe('');
    expect(seen(failing, [small], stopped(8))).toBe('hook-error/code');
    expect(seen(failing, [small])).toBe('hook-error/outcome');
    expect(seen(failing, [small, large], stopped(7))).toBe('hook-error/outcome');
    expect(seen({ pages }, [small, large], stopped(7))).toBe('hook-error/outcome');
    expect(seen({ pages }, [], { result: { outcome: 'refused' } })).toBe('range.beyond/outcome');
    expect(seen({ start: 1n, end: 1n }, [small])).toBe('range.empty/outcome');
    expect(seen({ start: 1n << 48n }, [small])).toBe('range.beyond/outcome');
  });

  test('counts', () => {
    const own = reference.run(rangeWalk({ pages })) as PageWalkObservation;
    const skipped = own.skipped ?? { unreadable: 0, reserved: 0, noRight: 0 };
    expect(seen({ pages }, [small, large], { skipped })).toBe('');
    expect(seen({ pages }, [small, large], { skipped: { ...skipped, unreadable: 1 } })).toBe(
      'count.unreadable/count',
    );
    expect(seen({ pages }, [small, large], { skipped: { ...skipped, noRight: 1 } })).toBe(
      'count.no-right/count',
    );
    expect(seen({ pages }, [small, large], { entriesRead: 5 * 512 })).toBe('');
    expect(seen({ pages }, [small, large], { entriesRead: 5 * 512 + 1 })).toBe('cost/count');
  });
});
