import { expect, test } from 'vitest';
import type { DumpKind, DumpRecord } from '../../spec/dumps.ts';
import { fileOf, Parts } from './parts.ts';

const unit = (dump: DumpKind, name = 'dmar0'): DumpRecord => ({ kind: 'unit', dump, unit: name });
const register: DumpRecord = { kind: 'register', name: 'CAP', value: 1n };
const boot = (cap: bigint, name = 'dmar0'): DumpRecord => ({ kind: 'boot', unit: name, cap, ecap: 1n });
const width = (haw: number): DumpRecord => ({ kind: 'host-width', haw });
const device: DumpRecord = { kind: 'device', sourceId: 1, pasid: undefined, table: 0x1000n };

function partsOf(records: readonly DumpRecord[]): readonly string[] {
  const parts = new Parts('f');
  return records.map((record) => parts.partOf(record));
}

test.for<readonly [string, readonly DumpRecord[], readonly number[]]>([
  [
    'units of one kind are one part',
    [unit('iommu_regset'), register, unit('iommu_regset', 'dmar1')],
    [1, 1, 1],
  ],
  [
    'another kind begins the next',
    [unit('iommu_regset'), unit('invalidation_queue'), device, boot(1n)],
    [1, 2, 3, 4],
  ],
  ['so does a row without a heading', [register, device], [1, 2]],
  ['so does a unit that comes again', [unit('iommu_regset'), register, unit('iommu_regset')], [1, 1, 2]],
  [
    'and then the other units are new too',
    [
      ...[unit('iommu_regset'), unit('iommu_regset', 'dmar1')],
      ...[unit('iommu_regset'), unit('iommu_regset', 'dmar1')],
    ],
    [1, 1, 2, 2],
  ],
  [
    'interrupt tables and faults name a unit again',
    [unit('ir_translation_struct'), unit('ir_translation_struct')],
    [1, 1],
  ],
  ['devices follow each other', [device, device], [1, 1]],
  ['a machine that boots again says the same', [width(39), boot(1n), width(39), boot(1n)], [1, 1, 1, 1]],
  ['a log that says otherwise is of another', [width(39), boot(1n), width(46), boot(1n)], [1, 1, 2, 2]],
  [
    'so is one of other capabilities',
    [boot(1n), boot(1n, 'dmar1'), boot(2n), boot(1n, 'dmar1')],
    [1, 1, 2, 2],
  ],
])('%s', ([, records, expected]) => {
  expect(partsOf(records)).toEqual(expected.map((part) => (part === 1 ? 'f' : `f, part ${part}`)));
});

test('a part is one of its file', () => {
  expect(['dir/f', 'dir/f, part 12'].map(fileOf)).toEqual(['dir/f', 'dir/f']);
});
