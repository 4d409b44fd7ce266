/**
 * First-stage paging entries (9.7), one layout for each kind of entry. Reserved bits are checked when the
 * entry is present. With nesting the address is guest-physical and the bits above the host address width
 * are reserved all the same.
 */
import { type Field, ignored, type Layout, pageAddress, reserved, value } from './layout.ts';

const rights: readonly Field[] = [
  value('P', [0, 0], 'present'),
  value('R/W', [0, 1], 'write'),
  value('U/S', [0, 2], 'user'),
];
/** Bit 63 was the execute-disable right before revision 4.1. */
const upper: readonly Field[] = [ignored([0, 62, 52]), ignored([0, 63], { settledSince: '4.1' })];
const accessed = value('A', [0, 5], 'accessed');
const dirty = value('D', [0, 6], 'dirty');
const extendedAccessed = value('EA', [0, 10], 'extended accessed, with EAFE', { ignoredUnless: ['EAFS'] });
const cacheControl: readonly Field[] = [
  value('PWT', [0, 3], 'memory type, index bit 0', { ignoredUnless: ['MTS'] }),
  value('PCD', [0, 4], 'memory type, index bit 1', { ignoredUnless: ['MTS'] }),
];

function entry(name: string, title: string, middle: readonly Field[]): Layout {
  return {
    name,
    title,
    section: '9.7',
    words: 1,
    presentWhen: ['P'],
    conditions: { notPresent: 'SFS.2', reserved: 'SFS.3' },
    fields: [...rights, ...middle, ...upper],
  };
}

const table = (size: Field, next: string): readonly Field[] => [
  ignored([0, 4, 3]),
  accessed,
  ignored([0, 6]),
  size,
  ignored([0, 9, 8]),
  extendedAccessed,
  ignored([0, 11]),
  pageAddress(12, next),
];
const reservedSize = reserved([0, 7]);
const tableSize = value('PS', [0, 7], 'page size: 0, a table');
const page = (size: Field, low: number, page: string): readonly Field[] => [
  ...cacheControl,
  accessed,
  dirty,
  size,
  ignored([0, 9, 8]),
  extendedAccessed,
  ignored([0, 11]),
  value('PAT', [0, 12], 'memory type, index bit 2', { ignoredUnless: ['MTS'] }),
  reserved([0, low - 1, 13]),
  pageAddress(low, page),
];

export const firstStageLayouts = {
  pml5: entry('first-stage-pml5', 'First-stage PML5 entry', table(reservedSize, 'PML4 table')),
  pml4: entry(
    'first-stage-pml4',
    'First-stage PML4 entry',
    table(reservedSize, 'page directory pointer table'),
  ),
  pdpTable: entry(
    'first-stage-pdp',
    'First-stage page directory pointer entry',
    table(tableSize, 'page directory'),
  ),
  pdpPage: entry(
    'first-stage-pdp-1g',
    'First-stage 1 GiB page',
    page(value('PS', [0, 7], 'page size: 1, a page', { reservedUnless: ['FS1GP'] }), 30, '1 GiB page'),
  ),
  pdTable: entry('first-stage-pd', 'First-stage page directory entry', table(tableSize, 'page table')),
  pdPage: entry(
    'first-stage-pd-2m',
    'First-stage 2 MiB page',
    page(value('PS', [0, 7], 'page size: 1, a page'), 21, '2 MiB page'),
  ),
  pt: entry('first-stage-pt', 'First-stage page table entry', [
    ...cacheControl,
    accessed,
    dirty,
    value('PAT', [0, 7], 'memory type, index bit 2', { ignoredUnless: ['MTS'] }),
    ignored([0, 9, 8]),
    extendedAccessed,
    ignored([0, 11]),
    pageAddress(12, '4 KiB page'),
  ]),
} as const satisfies Record<string, Layout>;

const PAGE_SIZE_BIT = 7n;

/** The layout of `entry` at `level` (1 page table … 5 PML5), where bit 7 tells a table from a page. */
export function firstStageLayout(level: number, entry: bigint): Layout {
  const isPage = ((entry >> PAGE_SIZE_BIT) & 1n) === 1n;
  switch (level) {
    case 5:
      return firstStageLayouts.pml5;
    case 4:
      return firstStageLayouts.pml4;
    case 3:
      return isPage ? firstStageLayouts.pdpPage : firstStageLayouts.pdpTable;
    case 2:
      return isPage ? firstStageLayouts.pdPage : firstStageLayouts.pdTable;
    case 1:
      return firstStageLayouts.pt;
    default:
      throw new RangeError(`first stage has levels 1 to 5, not ${level}`);
  }
}
