/**
 * Host permission table entries of 128 bits (9.12). An upper entry holds permissions of pages (PP, four bits
 * each: R, W and two reserved ones) in its low half and the next table in its high half; reserved bits are
 * checked whether the table is valid or not, the address is not looked at when it is not.
 */
import { type Field, ignored, type Layout, pageAddress, reserved, value } from './layout.ts';

const next = (of: string): readonly Field[] => [
  value('AV', [1, 0], 'address valid'),
  reserved([1, 11, 1]),
  pageAddress(12, of, 1),
  ignored([1, 63, 52]),
];

function entry(name: string, title: string, fields: readonly Field[]): Layout {
  return { name, title, section: '9.12', words: 2, presentWhen: ['AV'], fields };
}

const permissions = (high: number) => [0, high, 0] as const;

export const hostPermissionLayouts = {
  l4: entry('host-permission-l4', 'Host permission table level 4 entry', [
    reserved([0, 63, 0]),
    ...next('level 3 table'),
  ]),
  l3: entry('host-permission-l3', 'Host permission table level 3 entry', [
    value('PP', permissions(31), 'permissions of 8 pages of 1 GiB', { reservedUnless: ['HPT1GPS'] }),
    reserved([0, 63, 32]),
    ...next('level 2 table'),
  ]),
  l2: entry('host-permission-l2', 'Host permission table level 2 entry', [
    value('PP', permissions(63), 'permissions of 16 pages of 2 MiB'),
    ...next('level 1 table'),
  ]),
  l1: {
    ...entry('host-permission-l1', 'Host permission table level 1 entry', [
      value('PP', permissions(63), 'permissions of pages 0 to 15 of 4 KiB'),
      value('PP16', [1, 63, 0], 'permissions of pages 16 to 31 of 4 KiB'),
    ]),
    presentWhen: ['PP', 'PP16'],
  },
} as const satisfies Record<string, Layout>;
