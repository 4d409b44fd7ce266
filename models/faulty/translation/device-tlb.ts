/** Bugs of requests of Device-TLBs: host permission tables, and PASIDs of page requests (4.2.4, 7.4, 9.12). */
import type { BugOf } from '../bug.ts';
import { ROOT, translation, type Words } from '../tables.ts';

const ALL = 'everything';
const SCALABLE_TABLES = 0x1400n;
/** DTE and HPTE; DTE, PASIDE and PRE. */
const CHECKED = 0x24n;
const PAGE_REQUESTS = 0x1cn;
const DIRECTORY: Words = [0x3000n, 0x4001n];
/** Pass-through, with the top table of host permissions at 5000h. */
const ENTRY: Words = [0x4000n, 0x101n, 0n, 0n, 0n, 0x5000n];
/** Top entry for the address 0, and below it one of level 3 with the table for the first 256 MiB. */
const TOP: Words = [0x5000n, 0n, 0x6001n];
const THIRD: Words = [0x6000n, 0n, 0x7001n];

const checked = (flags: bigint, ...words: readonly Words[]): readonly Words[] => [
  ROOT,
  [0x2000n, 0x3001n | flags],
  DIRECTORY,
  ENTRY,
  ...words,
];

export const deviceTlbBugs: readonly BugOf<'translation'>[] = [
  {
    id: 'reserved-bits-of-host-permission-tables',
    area: 'translation',
    wrong: 'Of an entry of the second level of host permissions the bits beside its pointer are not checked.',
    source: '9.12',
    rules: ['HPT.2', 'HPT.4', 'HPT.5', 'HPT.6', 'translation.host-permission'],
    edits: [
      {
        file: 'translation-unit.ts',
        from: '...[permissions, permissions, 0xffe, aboveHaw],',
        to: '...[permissions, permissions, 0, 0],',
      },
    ],
    smallest: translation(ALL, SCALABLE_TABLES, checked(CHECKED, TOP, THIRD, [0x7000n, 1n, 2n]), {
      kind: 'translated',
    }),
  },
  {
    id: 'ignored-bits-of-host-permission-tables',
    area: 'translation',
    wrong: 'Bits 127:116 of an entry of a host permission table become part of its pointer.',
    source: '9.12',
    rules: ['HPT.1', 'HPT.4', 'HPT.5', 'HPT.6', 'translation.host-permission'],
    edits: [
      {
        file: 'host-permission.ts',
        from: '(words[at + 3] as number) & 0xf_ffff',
        to: 'words[at + 3] as number',
      },
    ],
    smallest: translation(
      ALL,
      SCALABLE_TABLES,
      checked(CHECKED, [0x5000n, 0n, 0x10_0000_0000_6001n], [0x6000n, 1n]),
      { kind: 'translated' },
    ),
  },
  {
    id: 'host-permission-pointers-of-45-bits',
    area: 'translation',
    wrong: 'Of the pointer to the next host permission table the bits from 45 on are cut.',
    source: '9.12',
    rules: ['HPT.1', 'HPT.2', 'HPT.4', 'HPT.5', 'HPT.6', 'translation.host-permission'],
    edits: [
      {
        file: 'host-permission.ts',
        from: '(words[at + 3] as number) & 0xf_ffff',
        to: '(words[at + 3] as number) & 0x1fff',
      },
    ],
    smallest: translation(ALL, SCALABLE_TABLES, checked(CHECKED, [0x5000n, 0n, 0x2000_0000_0001n]), {
      kind: 'translated',
    }),
  },
  {
    id: 'zero-length-reads-pass-host-permissions',
    area: 'translation',
    wrong: 'A translated request of length zero passes where no host permission was found.',
    source: '4.2.4; Table 30, HPT.4',
    rules: ['HPT.4'],
    edits: [
      {
        file: 'host-permission.ts',
        from: 'if (permission === 0) return current.anyRight ? 0xa3 :',
        to: 'if (permission === 0) return current.anyRight ? 0 :',
      },
    ],
    smallest: translation(ALL, SCALABLE_TABLES, checked(CHECKED), {
      kind: 'translated',
      op: 'zero-length-read',
    }),
  },
  {
    id: 'interrupt-range-by-host-permission',
    area: 'translation',
    wrong: 'A translated request reaches the interrupt range when host permission tables let it.',
    source: '3.15, 4.2.4',
    rules: ['SGN.8.3'],
    edits: [
      {
        file: 'scalable.ts',
        from: 'const fault = passThrough(unit, 0x83, 0x87);\n  if (fault !== 0) return fault;',
        to: 'const fault = passThrough(unit, 0x83, 0);\n  if (fault !== 0) return fault;',
      },
    ],
    smallest: translation(ALL, SCALABLE_TABLES, checked(CHECKED, TOP, [0x6000n, 0x1000n]), {
      kind: 'translated',
      address: 0xfee0_0000n,
    }),
  },
  {
    id: 'requester-pasid-of-page-requests',
    area: 'translation',
    wrong: 'A page request may have the PASID that requests without one are given.',
    source: 'Table 30, SCT.9',
    rules: ['SCT.9'],
    edits: [
      {
        file: 'scalable.ts',
        from: 'if (unit.requesterPasid && pasid === (requester & 0xf_ffff)) return 0x48;',
        to: 'if (unit.requesterPasid && kind !== PAGE_REQUEST && pasid === (requester & 0xf_ffff)) return 0x48;',
      },
    ],
    smallest: translation(ALL, SCALABLE_TABLES, checked(PAGE_REQUESTS), { kind: 'page-request', pasid: 0 }),
  },
];
