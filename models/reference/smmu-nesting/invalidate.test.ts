/** The contract that the selftests of iommufd hold IOMMU_HWPT_INVALIDATE to, and its commands. */
import { describe, expect, test } from 'vitest';
import { ARM_SMMUV3, COMMAND_BYTES, type InvalidateRequest, invalidate, requestOf } from './invalidate.ts';

const VMID = 0x77n;
const tlbi = [0x10n, 0n];
const cfgiCd = [0x5n | (3n << 32n), 1n];
const unknownStream = [0x5n | (9n << 32n), 1n];
const cfgiSte = [0x3n | (3n << 32n), 1n];

/** What comes back, and what the unit was given; it does `most` commands. */
function asked(change: Partial<InvalidateRequest>, most = Number.POSITIVE_INFINITY) {
  const issued: bigint[][] = [];
  const entries = change.entries ?? [tlbi];
  const request = { ...requestOf(tlbi), entries, count: entries.length, ...change };
  const result = invalidate(request, {
    vmid: Number(VMID),
    streams: new Map([[3, 0x103]]),
    issue: (commands) => {
      issued.push(...commands.slice(0, most));
      return Math.min(commands.length, most);
    },
  });
  return [result.error ?? 'done', result.done, issued.length];
}

test.for<[string, Partial<InvalidateRequest>, [string, number, number]]>([
  ['one command', {}, ['done', 1, 1]],
  ['no command', { entries: [] }, ['done', 0, 0]],
  ['no command and no pointer', { entries: undefined, count: 0 }, ['done', 0, 0]],
  ['no command of another type', { entries: [], dataType: 2 }, ['EINVAL', 0, 0]],
  ['another type', { dataType: ARM_SMMUV3 + 1 }, ['EINVAL', 0, 0]],
  ['entries that are too long', { entryLength: COMMAND_BYTES + 1 }, ['EINVAL', 0, 0]],
  ['entries of one byte', { entryLength: 1 }, ['EINVAL', 0, 0]],
  ['entries of no length', { entryLength: 0 }, ['EINVAL', 0, 0]],
  ['entries without a pointer', { entries: undefined, count: 1 }, ['EINVAL', 0, 0]],
  ['an id of nothing', { object: 'nothing' }, ['EINVAL', 0, 0]],
  ['a parent table', { object: 'parent-table' }, ['EINVAL', 0, 0]],
  ['a nested table of an SMMU', { object: 'nested-table' }, ['EOPNOTSUPP', 0, 0]],
  ['reserved bits', { reserved: 1 }, ['EOPNOTSUPP', 0, 0]],
  ['two commands', { entries: [tlbi, cfgiCd] }, ['done', 2, 2]],
  ['a second command that is bad: the first alone is done', { entries: [tlbi, cfgiSte] }, ['EIO', 1, 1]],
  ['a first command that is bad: none is done', { entries: [unknownStream, tlbi] }, ['EIO', 0, 0]],
])('%s', ([, change, expected]) => {
  const { entries } = change;
  const whole = 'entries' in change && entries === undefined ? { ...change, entries: undefined } : change;
  expect('entries' in change && entries === undefined ? withoutPointer(whole) : asked(whole)).toEqual(
    expected,
  );
});

/** A request whose pointer is NULL. */
function withoutPointer({ count = 0 }: Partial<InvalidateRequest>) {
  const iommu = { vmid: 1, streams: new Map<number, number>(), issue: () => 0 };
  const { error, done } = invalidate({ ...requestOf(tlbi), count, entries: undefined }, iommu);
  return [error ?? 'done', done, 0];
}

test('of what the unit does half-way the count says exactly how much', () => {
  expect(asked({ entries: [tlbi, cfgiCd, tlbi] }, 2)).toEqual(['EIO', 2, 2]);
});

describe('A command of the guest', () => {
  const become = (words: bigint[]) => {
    let low: bigint | undefined;
    invalidate(requestOf(words), {
      vmid: Number(VMID),
      streams: new Map([[3, 0x103]]),
      issue: ([command]) => {
        low = command?.[0];
        return 1;
      },
    });
    return low;
  };

  test.for([
    ['TLBI_NSNH_ALL is narrowed to the VMID', [0x30n, 0n], 0x10n | (VMID << 32n)],
    [
      'TLBI_NH_ASID gets the VMID',
      [0x11n | (9n << 32n) | (5n << 48n), 0n],
      0x11n | (VMID << 32n) | (5n << 48n),
    ],
    ['CFGI_CD gets the StreamID', cfgiCd, 0x5n | (0x103n << 32n)],
    ['ATC_INV gets the StreamID', [0x40n | (3n << 32n), 52n], 0x40n | (0x103n << 32n)],
    ['CFGI_STE is refused', cfgiSte, undefined],
    ['CMD_SYNC is refused', [0x46n, 0n], undefined],
    ['TLBI_S12_VMALL is refused', [0x28n, 0n], undefined],
    ['a stream that is not there is refused', unknownStream, undefined],
  ] as const)('%s', ([, words, expected]) => {
    expect(become([...words])).toBe(expected);
  });
});
