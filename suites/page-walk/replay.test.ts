import { describe, expect, test } from 'vitest';
import type { PageWalkCase, PageWalkObservation } from '../../spec/schema.ts';
import { answer, GIB1, KIB4, map, tablesOf, unit } from './hand-made.fixture.ts';

describe('when a device is assigned', () => {
  const { top, memory: tables } = tablesOf([{ iova: GIB1, target: 0x5000n }], 4);
  const sourceId = 0x1234;
  const root = 0x10_0000n;
  const context = 0x10_1000n;
  const replay = (parts: {
    readonly memory?: PageWalkCase['memory'];
    readonly rtaddr?: bigint;
    readonly profile?: PageWalkCase['profile'];
    readonly translationEnabled?: boolean;
  }): PageWalkObservation =>
    answer({
      area: 'page-walk',
      profile: parts.profile ?? unit('legacy-57'),
      memory: parts.memory ?? [],
      walk: {
        kind: 'replay',
        rtaddr: parts.rtaddr ?? root,
        translationEnabled: parts.translationEnabled ?? true,
        sourceId,
      },
    });
  const legacy = (first: bigint, second = 2n) => [
    ...tables,
    { address: root + 0x120n, words: [context | 1n] },
    { address: context + 0x340n, words: [first, second] },
  ];

  test('all that its context entry leads to is announced', () => {
    expect(replay({ memory: legacy(top | 1n) }).events).toEqual([map(GIB1, KIB4, 0x5000n)]);
  });

  test.each([
    ['there are no tables', []],
    ['the root entry is not present', legacy(top | 1n).toSpliced(tables.length, 1)],
    ['the context entry is not present', legacy(top)],
    ['the context entry has a reserved bit', legacy(top | 0x11n)],
    ['the context entry has a width that the unit does not have', legacy(top | 1n, 4n)],
  ])('the hook is not called when %s', (_, memory) => {
    expect(replay({ memory })).toEqual({ events: [], result: { outcome: 'done' } });
  });

  test('the second-stage pointer of a device under pass-through is ignored', () => {
    expect(replay({ memory: legacy(top | 9n) })).toEqual({ events: [], result: { outcome: 'done' } });
  });

  test('memory is announced as mapped to itself while translation is off', () => {
    const expected = [map(0n, 0x8000_0000n, 0n), map(0x1_0000_0000n, 0xc000_0000n, 0x1_0000_0000n)];
    expect(replay({ translationEnabled: false, memory: legacy(top | 1n) }).events).toEqual(expected);
  });

  test('in scalable mode the entry of RID_PASID says what is announced', () => {
    const profile = unit('nested-48');
    const memory = [
      ...tables,
      { address: root + 0x120n, words: [context | 1n] },
      { address: context + 0x680n, words: [0x10_2001n, 0x43n] },
      { address: 0x10_2008n, words: [0x10_3001n] },
      { address: 0x10_30c0n, words: [top | (2n << 6n) | (2n << 2n) | 1n] },
    ];
    const rtaddr = root | 0x400n;
    expect(replay({ profile, memory, rtaddr }).events).toEqual([map(GIB1, KIB4, 0x5000n)]);
    for (const index of [1, 2, 3, 4]) {
      const without = memory.toSpliced(tables.length + index - 1, 1);
      expect(replay({ profile, memory: without, rtaddr })).toEqual({
        events: [],
        result: { outcome: 'done' },
      });
    }
    const passThrough = memory.with(-1, {
      address: 0x10_30c0n,
      words: [top | (4n << 6n) | (2n << 2n) | 1n],
    });
    expect(replay({ profile, memory: passThrough, rtaddr }).events).toEqual([]);
  });
});
