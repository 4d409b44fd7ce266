/**
 * Second-stage paging entries (9.8), one layout for each kind of entry. Reserved bits are checked when the
 * entry grants a right. SSIRWE (11.4.6) moves the rights from bits 0 and 1 to bits 61 and 62.
 */
import { type Field, ignored, type Layout, pageAddress, reserved, value } from './layout.ts';

const rights: readonly Field[] = [
  value('R', [0, 0], 'read', { ignoredUnless: ['not SSIRWE'] }),
  value('W', [0, 1], 'write', { ignoredUnless: ['not SSIRWE'] }),
  ignored([0, 2], { settledSince: '4.1' }),
];
const upper: readonly Field[] = [
  ignored([0, 60, 52]),
  value('IR', [0, 61], 'read, with SSIRWE', { ignoredUnless: ['SSIRWE'] }),
  value('IW', [0, 62], 'write, with SSIRWE', { reservedUnless: ['SSIRWE'], settledSince: '3.4' }),
  ignored([0, 63]),
];
const accessed = value('A', [0, 8], 'accessed', { ignoredUnless: ['SSADE'] });
const dirty = value('D', [0, 9], 'dirty', { ignoredUnless: ['SSADE'] });
const snoop = value('SNP', [0, 11], 'snoop', { reservedUnless: ['SC'] });
const memoryType: readonly Field[] = [
  value('EMT', [0, 5, 3], 'extended memory type', { ignoredUnless: ['MTS', 'EMTE'] }),
  value('IPAT', [0, 6], 'ignore PAT', { ignoredUnless: ['MTS', 'EMTE'] }),
];
function entry(name: string, title: string, middle: readonly Field[]): Layout {
  return {
    name,
    title,
    section: '9.8',
    words: 1,
    presentWhen: ['R', 'W', 'IR', 'IW'],
    fields: [...rights, ...middle, ...upper],
  };
}

/** The top two levels hold tables only. */
const tableOnly = (next: string): readonly Field[] => [
  ignored([0, 6, 3]),
  reserved([0, 7]),
  accessed,
  ignored([0, 10, 9]),
  reserved([0, 11]),
  pageAddress(12, next),
];
const table = (next: string): readonly Field[] => [
  ignored([0, 6, 3]),
  value('PS', [0, 7], 'page size: 0, a table'),
  accessed,
  ignored([0, 10, 9]),
  reserved([0, 11]),
  pageAddress(12, next),
];
const largePage = (size: 'SSLPS.2M' | 'SSLPS.1G', low: number, page: string): readonly Field[] => [
  ...memoryType,
  value('PS', [0, 7], 'page size: 1, a page', { reservedUnless: [size] }),
  accessed,
  dirty,
  ignored([0, 10]),
  snoop,
  reserved([0, low - 1, 12]),
  pageAddress(low, page),
];

export const secondStageLayouts = {
  pml5: entry('second-stage-pml5', 'Second-stage PML5 entry', tableOnly('PML4 table')),
  pml4: entry('second-stage-pml4', 'Second-stage PML4 entry', tableOnly('page directory pointer table')),
  pdpTable: entry('second-stage-pdp', 'Second-stage page directory pointer entry', table('page directory')),
  pdpPage: entry('second-stage-pdp-1g', 'Second-stage 1 GiB page', largePage('SSLPS.1G', 30, '1 GiB page')),
  pdTable: entry('second-stage-pd', 'Second-stage page directory entry', table('page table')),
  pdPage: entry('second-stage-pd-2m', 'Second-stage 2 MiB page', largePage('SSLPS.2M', 21, '2 MiB page')),
  pt: entry('second-stage-pt', 'Second-stage page table entry', [
    ...memoryType,
    ignored([0, 7]),
    accessed,
    dirty,
    ignored([0, 10]),
    snoop,
    pageAddress(12, '4 KiB page'),
  ]),
} as const satisfies Record<string, Layout>;

const PAGE_SIZE_BIT = 7n;

/** The layout of `entry` at `level` (1 page table … 5 PML5), where bit 7 tells a table from a page. */
export function secondStageLayout(level: number, entry: bigint): Layout {
  const page = ((entry >> PAGE_SIZE_BIT) & 1n) === 1n;
  switch (level) {
    case 5:
      return secondStageLayouts.pml5;
    case 4:
      return secondStageLayouts.pml4;
    case 3:
      return page ? secondStageLayouts.pdpPage : secondStageLayouts.pdpTable;
    case 2:
      return page ? secondStageLayouts.pdPage : secondStageLayouts.pdTable;
    case 1:
      return secondStageLayouts.pt;
    default:
      throw new RangeError(`second stage has levels 1 to 5, not ${level}`);
  }
}
