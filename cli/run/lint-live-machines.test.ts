/** What Linux shows of machines that work: none of it is a finding, however odd it looks. */
import { describe, expect, test } from 'vitest';
import {
  FIRST_ROW,
  lintTexts,
  type Page,
  pagesText,
  queueText,
  type Row,
  registersText,
  tablesText,
} from './dump-text.fixture.ts';

/** Second stage of 48 and 57 bits, first stage of 48 and 57 bits, nested, PASIDs, and all of it coherent. */
const server = { CAP: 0x19ed_008c_4078_0c66n, ECAP: 0x3_ef9e_a6f0_50dfn };
const client = { CAP: 0xd2_008c_4066_0462n, ECAP: 0xf0_50dan };
const [legacyMode, scalableMode] = [0x1000n, 0x1400n];
const registers = (of: typeof server, RTADDR: bigint, more: Readonly<Record<string, bigint>> = {}): string =>
  registersText('dmar0', { VER: 0x50n, GSTS: 0xc700_0000n, ...of, RTADDR, ...more });

const legacy = (sourceId: number, did: bigint, table: bigint, tt = 0n, aw = 2n): Row => ({
  sourceId,
  root: [0x1_0000_1001n, 0n],
  context: [table | (tt << 2n) | 1n, (did << 8n) | aw],
  entry: [],
});
const scalable = (sourceId: number, pasid: number, ...entry: bigint[]): Row => ({
  sourceId,
  root: [0x1_0000_1001n, 0x1_0000_2001n],
  context: [0x2_0000_0c09n, 0n],
  pasid,
  entry,
});
/** P, AW of 48 bits, PGTT. */
const [first, second, nested, passThrough] = [0x49n, 0x89n, 0xc9n, 0x109n];
const [walkSnoop, pageSnoop] = [1n << 23n, 1n << 24n];
/** Kernels of some years set it in each first-stage entry: once it allowed bit 63 of paging entries. */
const noExecuteEnable = 1n << 5n;
const fiveLevels = 1n << 2n;
const [supervisor, writeProtect, extendedAccessed] = [1n, 1n << 4n, 1n << 7n];
const SSADE = 1n << 9n;

const clean = (texts: Readonly<Record<string, string>>): void => expect(lintTexts(texts)).toEqual([]);
const tables = (...rows: readonly Row[]): string => tablesText('dmar0', rows);

describe('tables in legacy mode', () => {
  const b = registers(client, legacyMode);

  test('of aliases that share a domain, and of identity with the widest tables', () => {
    const rows = [
      legacy(0x10, 2n, 0x2_0000_0000n),
      legacy(0x11, 2n, 0x2_0000_0000n),
      legacy(0x100, 1n, 0n, 2n),
    ];
    clean({ a: tables(...rows), b });
    clean({ a: tables(legacy(0x100, 1n, 0n, 2n, 3n)), b: registers(server, legacyMode) });
  });

  test('that a kernel after a crash took over: it marks them in bits that hardware ignores', () => {
    const row = legacy(0x10, 2n, 0x2_0000_0000n);
    row.context[1] = (row.context[1] ?? 0n) | (1n << 3n);
    clean({ a: tables(row), b });
  });

  test('of two units that give one domain id to two domains', () => {
    const both = ['dmar0', 'dmar1'].map((unit, index) =>
      tablesText(unit, [legacy(0x10, 2n, 0x2_0000_0000n + BigInt(index << 12))]),
    );
    clean({ a: both.join(''), b: registers(client, legacyMode) });
  });

  test('of a device in pass-through, whose pages are whatever lies at 0', () => {
    const pages: Page[] = [
      { pageNumber: 1n, path: [0n, 0xf000_ff53_f000_ff53n, 0xff_ffffn, 0xf000_ff53n, 1n] },
    ];
    clean({ a: tables(legacy(0x200, 1n, 0n, 2n)), b, c: pagesText(0x200, 0n, pages, 'newer') });
  });
});

describe('tables in scalable mode', () => {
  const b = registers(server, scalableMode);

  test.for<readonly [string, readonly Row[]]>([
    [
      'of processes: one domain id for all of them and for pass-through too',
      [
        scalable(0x10, 7, first, 1n | walkSnoop, 0x3_1000_0000n | noExecuteEnable | fiveLevels),
        scalable(0x18, 7, first, 1n | walkSnoop, 0x3_1000_0000n | noExecuteEnable | fiveLevels),
        scalable(0x18, 8, first, 1n | walkSnoop, 0x3_2000_0000n | noExecuteEnable | fiveLevels),
        scalable(0x20, 0, passThrough, 1n | walkSnoop, 0n),
      ],
    ],
    [
      'of a domain that two devices share, with page snoop',
      [0x28, 0x30].map((sourceId) =>
        scalable(sourceId, 0, 0x4_0000_0000n | second, 9n | walkSnoop | pageSnoop, 0n),
      ),
    ],
    [
      'of guests over one parent, with all that a guest may ask for, while its writes are tracked',
      [
        scalable(0x38, 0, 0x4_0000_0000n | nested | SSADE, 11n | pageSnoop, 0x5_0000_0000n | writeProtect),
        scalable(
          0x38,
          9,
          0x4_0000_0000n | nested | SSADE,
          12n | pageSnoop,
          0x5_1000_0000n | supervisor | extendedAccessed,
        ),
      ],
    ],
    [
      'with the supervisor flag in entries of every type, as Linux set it up to 5.15',
      [
        scalable(0x10, 3, 0x4_0000_0000n | second, 9n, supervisor),
        scalable(0x20, 0, passThrough, 1n, supervisor),
      ],
    ],
    [
      'with pointers left over that the type does not use',
      [
        scalable(0x10, 0, 0x7_0000_0000n | passThrough, 1n, 0x8_0000_0000n | noExecuteEnable),
        scalable(0x18, 0, 0x4_0000_0000n | second, 9n, 0x8_0000_0000n),
      ],
    ],
    ['whose faults are not reported', [scalable(0x20, 0, passThrough | 2n, 1n, 0n)]],
    [
      'of a bus on which only the upper half of the functions has a table',
      [{ ...scalable(0xa0, 0, passThrough, 1n, 0n), root: [0n, 0x1_0000_2001n] }],
    ],
    [
      'of a device with ATS, page requests and a PASID of its own for requests without one',
      [{ ...scalable(0x10, 5, passThrough, 1n, 0n), context: [0x2_0000_0c1dn, 5n] }],
    ],
  ])('%s', ([, rows]) => clean({ a: tables(...rows), b }));

  test('without registers too', () => {
    clean({ a: tables(scalable(0x10, 0, first, 5n | walkSnoop, 0x3_0000_0000n | noExecuteEnable)) });
  });
});

describe('page tables of a process', () => {
  const a = tables(scalable(0x10, 7, first, 1n, 0x3_1000_0000n | noExecuteEnable));
  const noExecute = 1n << 63n;
  const pages: readonly Page[] = [
    // Protection keys, and a bit that the kernel keeps for itself.
    {
      pageNumber: 0x400n,
      path: [
        0n,
        noExecute | 0x1_2345_6067n,
        0x1_2345_7067n,
        0x1_2345_8067n,
        noExecute | (0xdn << 58n) | 0x9876_5067n,
      ],
    },
    // A large page with PAT; a page that was swapped out, of which only its soft-dirty flag stands in bit 1.
    {
      pageNumber: 0x600n,
      path: [0n, noExecute | 0x1_2345_6067n, 0x1_2345_7067n, noExecute | 0xa000_18e7n, 0n],
    },
    {
      pageNumber: 0x7f00_0000n,
      path: [0n, 0x1_2345_9067n, 0x1_2345_a067n, 0x1_2345_b067n, (1n << 59n) | 2n],
    },
    // The kernel's own half.
    {
      pageNumber: 0xf_ff88_0000n,
      path: [0n, noExecute | 0x1_2346_0063n, noExecute | 0x1_4000_01e3n, 0n, 0n],
    },
  ];

  test('with large pages, swapped ones, keys, and the half of the kernel', () => {
    const c = pagesText(0x10, 0x3_1000_0000n, pages, 'newer').replace(' @0x', ' with pasid 7 @0x');
    clean({ a, b: registers(server, scalableMode), c });
  });
});

describe('an invalidation queue', () => {
  const slots = (width: 2 | 4, ...used: readonly bigint[][]): bigint[][] =>
    Array.from({ length: 256 }, (_, index) =>
      Array.from({ length: width }, (_, word) => used[index]?.[word] ?? 0n),
    );
  const plain = [
    [0x11n],
    [0x10_0002_0031n],
    [0xd2n],
    [0x2_00e2n],
    [0x2_00f2n, 0x1234_5043n],
    [4n],
    [0x5_1000_0014n],
    [0x2_0000_0025n, 0x1_0020_0010n],
    [0x10_001f_0003n, 0x7fff_ffff_ffff_f001n],
  ];
  const IQA = 0x10_0801n;

  test('in legacy mode on a unit that could do more: its slots are wide all the same', () => {
    const queue = queueText('dmar0', 9, 9, slots(4, ...plain));
    clean({ queue, b: registers(server, legacyMode, { IQA }) });
    clean({
      queue: queueText('dmar0', 9, 9, slots(2, ...plain)),
      b: registers({ ...client, ECAP: 0xf0_20dfn }, legacyMode, { IQA: 0x10_0000n }),
    });
  });

  test('of processes with a device that asks for pages', () => {
    const more = [
      [0x37n],
      [0x7_0005_0017n],
      [0x7_0005_0026n],
      [0x7_0005_0036n, 0x12_3042n],
      [0x7_0010_3108n, 0x7fff_ffff_ffff_f800n],
      [0x7_0010_0019n, 0x1cn],
      [0x2_0000_00a5n, 0x1_0020_0018n],
    ];
    const queue = queueText('dmar0', 16, 16, slots(4, ...plain, ...more));
    clean({ queue, b: registers(server, scalableMode, { IQA }) });
  });
});

test('addresses of a process beyond MGAW, which is of second stage only', () => {
  const narrow = { CAP: 0xc9de_008c_ee69_0462n, ECAP: 0x12_ca9a_00f0_ef5en };
  const a = tables({ ...scalable(0x10, 0, first, 2n, 0x3_1000_0000n), context: [0x2_0000_0401n, 0n] });
  const path = [0n, 0x1_2345_6067n, 0x1_2345_7067n, 0x1_2345_8067n, 0x9876_5067n];
  const pages = pagesText(0x10, 0x3_1000_0000n, [{ pageNumber: 0x7_ffff_f000n, path }], 'newer');
  clean({ a, b: registers(narrow, scalableMode), pages });
});

test('an address mask that the unit may have, where no registers are shown', () => {
  const queue = queueText('dmar0', 1, 1, [[0x2_00f2n, 0x7f00_0000_0000n | 35n, 0n, 0n]]);
  clean({ queue });
});

test('a file that the kernel leaves empty shows nothing: a device in pass-through has no pages to show', () => {
  const b = registers(client, legacyMode);
  clean({ domain_translation_struct: '', invalidation_queue: '', b });
  clean({ domain_translation_struct: '# cat domain_translation_struct\n# \n', b });
  expect(lintTexts({ notes: '', b })).toEqual(['notes is empty']);
  expect(lintTexts({ domain_translation_struct: '0x0000000000001003\n', b })).toEqual([
    expect.stringMatching(/^domain_translation_struct holds nothing that lint knows/),
  ]);
});

test('a unit whose registers are not mapped, and latencies beside registers', () => {
  const perf =
    'IOMMU: dmar0 Register Base Address: fed90000\n' +
    '                  <0.1us   0.1us-1us    1us-10us\n   inv_iotlb           0         286         n/a\n\n' +
    'IOMMU: dmar1 Register Base Address: fed91000\nFailed to get latency snapshot\n';
  clean({ a: 'IOMMU: Invalid base address\n', b: registers(client, legacyMode), perf });
});

test('pages of several devices of Linux 5.17, one without a PASID', () => {
  const one = pagesText(
    0x10,
    0x3_0000_0000n,
    [{ pageNumber: 1n, path: [0n, 0x3_0000_1003n, 0x3_0000_2003n, 0x3_0000_3003n, 0x1234_5003n] }],
    'older',
  );
  clean({ a: one.replace(' @0x', ' with pasid 0 @0x') + one.replace(' @0x', ' with pasid -1 @0x') });
});

test('what dmesg colours reads the same', () => {
  const coloured = '\x1b[32m[    0.012345] \x1b[0m\x1b[33mDMAR: \x1b[0mHost address width 39\r\n';
  const row = legacy(0x10, 2n, 1n << 39n);
  expect(lintTexts({ a: tables(row), b: registers(server, legacyMode), log: coloured })).toEqual([
    `${FIRST_ROW} LCT.3`,
  ]);
});

test('two units that read one table with two widths are a note', () => {
  const [narrow, wide] = [legacy(0x10, 2n, 0x2_0000_0000n), legacy(0x10, 2n, 0x2_0000_0000n, 0n, 3n)];
  const a = tables(narrow) + tablesText('dmar1', [wide, { ...wide, sourceId: 0x18 }]);
  expect(lintTexts({ a, b: registers(server, legacyMode) })).toEqual(['7 R10 may']);
});

test.for([
  [
    'legacy',
    'DMAR: root entry: 0x0000000100001001',
    'DMAR: context entry: hi 0x0000000000000102, low 0x0000000000000009',
  ],
  ['scalable', 'DMAR: pasid table entry[0]: 0x0000000000000109'],
])('what a log shows of the memory at 0 after a fault in pass-through, %s mode', ([, ...entries]) => {
  const log = [
    'DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap d2008c40660462 ecap f050da',
    'DMAR: [DMA Read NO_PASID] Request device [02:00.0] fault addr 0x8000000000 [fault reason 0x04] Access beyond MGAW',
    'DMAR: Dump dmar0 table entries for IOVA 0x8000000000',
    ...entries,
    'DMAR: pte level: 4, pte value: 0xf000ff53f000ff53',
  ];
  clean({ log: `${log.join('\n')}\n` });
});
