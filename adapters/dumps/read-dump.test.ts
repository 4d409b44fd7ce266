import { describe, expect, test } from 'vitest';
import type { DumpRecord } from '../../spec/dumps.ts';
import { fileSource, keptSource, readDump } from './read-dump.ts';

const recordsOf = (...lines: readonly string[]): readonly DumpRecord[] => {
  const records: DumpRecord[] = [];
  readDump(keptSource('dump', [Buffer.from(lines.map((line) => `${line}\n`).join(''))]), (record) =>
    records.push(record),
  );
  return records;
};
const problemOf = (text: string | Buffer): string | undefined =>
  readDump(keptSource('dump', [Buffer.from(text)]), () => undefined).problem;

const unit = 'IOMMU dmar0: Root Table Address: 0x105a82000';
const row =
  '00:02.0\t0x0000000000000000:0x0000000105a85001\t0x0000000000000000:0x0000000105a84405\t0     \t0x0000000105a86000:0x0000000000000002:0x0000000000000049';
const legacyRow =
  'fe:1f.7\t0x0000000000000000:0x000000010303e001\t0x0000000000000102:0x000000010303f005\t-1    \t0x0000000000000000:0x0000000000000000:0x0000000000000000';

describe('the lines of', () => {
  test('iommu_regset, of which the narrow registers of older kernels hold the next one too', () => {
    const read = recordsOf(
      'IOMMU: dmar1 Register Base Address: fed91000',
      'Name\t\t\tOffset\t\tContents',
      'GSTS            \t0x1c\t\t0x12345678c7000000',
      'CAP             \t0x08\t\t0x00d2008c40660462',
    );
    expect(read).toEqual([
      { kind: 'unit', dump: 'iommu_regset', unit: 'dmar1' },
      { kind: 'register', name: 'GSTS', value: 0xc700_0000n },
      { kind: 'register', name: 'CAP', value: 0xd2_008c_4066_0462n },
    ]);
  });

  test('dmar_translation_struct: the lowest word first, no PASID in legacy mode', () => {
    const [, scalable, legacy] = recordsOf(unit, row, legacyRow);
    expect(scalable).toEqual({
      kind: 'table',
      sourceId: 0x10,
      root: [0x1_05a8_5001n, 0n],
      context: [0x1_05a8_4405n, 0n],
      pasid: 0,
      entry: [0x49n, 2n, 0x1_05a8_6000n],
    });
    expect(legacy).toMatchObject({
      sourceId: 0xfeff,
      context: [0x1_0303_f005n, 0x102n],
      pasid: undefined,
      entry: [],
    });
  });

  test('dmar_translation_struct before Linux 5.3', () => {
    const read = recordsOf(
      'IOMMU dmar2: Root Table Address:4362cc000',
      'Root Table Entries:',
      ' Bus: 0 H: 0 L: 4362f0001',
      ' Context Table Entries for Bus: 0',
      '  Entry\tB:D.F\tHigh\tLow',
      '  160  \t00:14.0\t102   \t4362ef001',
    );
    expect(read.slice(1)).toEqual([
      { kind: 'root', bus: 0, words: [0x4_362f_0001n, 0n] },
      { kind: 'context', sourceId: 0xa0, words: [0x4_362e_f001n, 0x102n] },
    ]);
  });

  test('dmar_translation_struct of kernels 4.14, low word first', () => {
    const read = recordsOf(
      'IOMMU dmar0:    Root Table Addr:26b000000',
      ' Root tbl entries:',
      'Bus 0 L: 26b001001 H: 0',
      ' Context table entries for Bus: 0',
      '[entry]\tDID :B :D .F\tLow\t\tHigh',
      '[16]\t0000:00:02.00\t26b002001\t102',
    );
    expect(read.slice(1)).toEqual([
      { kind: 'root', bus: 0, words: [0x2_6b00_1001n, 0n] },
      { kind: 'context', sourceId: 0x10, words: [0x2_6b00_2001n, 0x102n] },
    ]);
  });

  test.for([
    ['all devices in one file', 'Device 0000:00:02.0 @0x10a700000', undefined],
    ['a PASID, in hex', 'Device 10000:00:02.0 with pasid 1a @0x10a700000', 0x1a],
  ] as const)('domain_translation_struct, %s', ([, device, pasid]) => {
    const [header, page, large] = recordsOf(
      device,
      'IOVA_PFN         \tPML5E             \tPML4E             \tPDPE              \tPDE               \tPTE',
      '0x0000000000001 |\t0x0000000000000000\t0x0000000000001003\t0x0000000000002003\t0x0000000000003003\t0x0000000000004003',
      '0x0000000000200 |\t0x0000000000000000\t0x0000000000001003\t0x0000000000002003\t0x0000000000200083',
    );
    expect(header).toEqual({ kind: 'device', sourceId: 0x10, pasid, table: 0x1_0a70_0000n });
    expect(page).toEqual({ kind: 'page', pageNumber: 1n, path: [0x4003n, 0x3003n, 0x2003n, 0x1003n, 0n] });
    expect(large).toMatchObject({ path: [0n, 0x20_0083n, 0x2003n, 0x1003n, 0n] });
  });

  test('invalidation_queue, in slots of 128 and of 256 bits', () => {
    const read = recordsOf(
      'Invalidation queue on IOMMU: dmar0',
      ' Base: 0x10022e000\tHead: 20\tTail: 21',
      'Index\t\tqw0\t\t\tqw1\t\t\tqw2\t\t\tqw3\t\t\tstatus',
      '    1\t0000000200000025\t0000000100059c04\t0000000000000000\t0000000000000000\t0000000000000002',
      'Invalidation queue on IOMMU: dmar1',
      'Index\t\tqw0\t\t\tqw1\t\t\tstatus',
      '    0\t0000000000000011\t0000000000000000\t0000000000000000',
    );
    expect(read).toMatchObject([
      { kind: 'unit' },
      { kind: 'queue', base: 0x1_0022_e000n, head: 20, tail: 21 },
      { kind: 'slot', index: 1, words: [0x2_0000_0025n, 0x1_0005_9c04n, 0n, 0n] },
      { kind: 'unit' },
      { kind: 'slot', index: 0, words: [0x11n, 0n] },
    ]);
  });

  test('ir_translation_struct are recognised, and say nothing', () => {
    const read = recordsOf(
      'Remapped Interrupt supported on IOMMU: dmar0',
      ' IR table address:437400000',
      ' Entry SrcID   DstID    Vct IRTE_high\t\tIRTE_low',
      ' 0     f0:1f.0 00000100 21  000000000004f0f8\t000001000021000d',
      ' 0     f0:1f.0 something of a later kernel 000000000004f0f8',
      ' 1:    000000000004f0f8',
    );
    expect(read).toEqual([{ kind: 'unit', dump: 'ir_translation_struct', unit: 'dmar0' }]);
  });

  test.for([
    [
      '6.x',
      '[   10.5] DMAR: [DMA Read NO_PASID] Request device [00:02.0] fault addr 0x1026a4000 [fault reason 0x71] SM: x',
      0x71,
      undefined,
    ],
    [
      '6.x, with PASID',
      'kernel: DMAR: [DMA Write PASID 0x12] Request device [00:02.0] fault addr 0x1026a4000 [fault reason 0x5a] SM: x',
      0x5a,
      0x12,
    ],
    [
      '5.4, reason in decimal',
      'DMAR: [DMA Read] Request device [00:02.0] PASID ffffffff fault addr 1026a4000 [fault reason 06] PTE',
      6,
      undefined,
    ],
    [
      '5.4, with PASID',
      'DMAR: [DMA Read] Request device [00:02.0] PASID 12 fault addr 1026a4000 [fault reason 89] SM',
      89,
      0x12,
    ],
    [
      '4.14',
      'Nov 21 14:00:00 host kernel: DMAR: [DMA Write] Request device [00:02.0] fault addr 1026a4000 [fault reason 05] x',
      5,
      undefined,
    ],
  ] as const)('a kernel log, faults of %s', ([, line, code, pasid]) => {
    expect(recordsOf('[    0.0] Linux version', line)).toMatchObject([
      { kind: 'fault', sourceId: 0x10, code, pasid, address: 0x1_026a_4000n },
    ]);
  });

  test('a kernel log, units at boot and the host address width', () => {
    const read = recordsOf(
      '[    0.01] DMAR: Host address width 46',
      '[    0.01] DMAR: dmar0: reg_base_addr fbffc000 ver 1:0 cap d2078c106f0466 ecap f020df',
    );
    expect(read).toEqual([
      { kind: 'host-width', haw: 46 },
      { kind: 'boot', unit: 'dmar0', cap: 0xd2_078c_106f_0466n, ecap: 0xf0_20dfn },
    ]);
  });
});

describe('a line of a log in two halves', () => {
  const unit = { kind: 'boot', unit: 'dmar0', cap: 0x1c0_000c_4066_0462n, ecap: 0x19e_2ff0_505en };
  const fault = { kind: 'fault', sourceId: 0x10, code: 12, address: 0x7cd8_0000n };

  test.for<readonly [string, readonly string[], unknown]>([
    [
      'that a mailer broke and quoted',
      [
        '>>> [    0.1] DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap',
        '>>> 1c0000c40660462 ecap 19e2ff0505e',
      ],
      unit,
    ],
    [
      'of quoted-printable text',
      ['[    0.1] DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap 1c0000c40=', '660462 ecap 19e2ff0505e'],
      unit,
    ],
    [
      'before the address',
      [
        '> DMAR: [DMA Read NO_PASID] Request device [00:02.0] fault addr',
        '> 0x7cd80000 [fault reason 0x0c] non-zero reserved fields in PTE',
      ],
      fault,
    ],
    [
      'before the reason, as of Linux 3',
      [
        '[ 12.1] dmar: DMAR:[DMA Read] Request device [00:02.0] fault addr 7cd80000 ',
        '[ 12.1] DMAR:[fault reason 12] non-zero reserved fields in PTE',
      ],
      fault,
    ],
  ])('%s', ([, lines, record]) => {
    expect(recordsOf('[    0.0] Linux version', ...lines, '[   13.0] usb 1-1: new device')).toMatchObject([
      record,
    ]);
  });

  test('is none without the other, nor with a line between them', () => {
    const [first, second] = [
      'DMAR: [DMA Read] Request device [00:02.0] fault addr 0x1000',
      'DMAR: [fault reason 5] x',
    ];
    expect(recordsOf('[    0.0] Linux version', first, '[    0.0] usb', second)).toEqual([]);
  });
});

test('what people show around a dump is passed over', () => {
  const around = [
    '$ sudo cat dmar_translation_struct',
    '==> dmar_translation_struct <==',
    '',
    unit,
    '...',
    row,
    '# end',
  ];
  expect(recordsOf(...around)).toHaveLength(2);
});

test('a last row without the end of its line counts when it is whole', () => {
  const records: DumpRecord[] = [];
  readDump(keptSource('dump', [Buffer.from(`${unit}\n${row}`)]), (record) => records.push(record));
  expect(records).toHaveLength(2);
});

test('a quoted dump, and one out of grep, read the same', () => {
  expect(recordsOf(`> > ${unit}`, `> > ${row}`)).toHaveLength(2);
  expect(recordsOf(`/sys/kernel/debug/iommu/intel/dmar_translation_struct:4:${row}`)).toHaveLength(1);
});

test('dmar_perf_latency, which begins like iommu_regset, has nothing to judge', () => {
  const read = recordsOf(
    'IOMMU: dmar0 Register Base Address: 26be37000',
    '                  <0.1us   0.1us-1us    1us-10us',
    '   inv_iotlb              0    12345678             0',
  );
  expect(read).toHaveLength(1);
});

test('what is left of a row of pages is no slot of a queue', () => {
  const pages = ['3\t0x00000001017f9003\t0x00000001017fa003\t0x00000001017fb003', '0x000000008d801 |'];
  expect(recordsOf(...pages)).toEqual([]);
  expect(recordsOf(pages[0]?.replaceAll('0x', '') ?? '')).toMatchObject([{ kind: 'slot', index: 3 }]);
});

test('rows without a heading are known by their form', () => {
  expect(recordsOf(row)).toMatchObject([{ kind: 'table' }]);
});

test('a dump in one file with others, and with carriage returns, reads the same', () => {
  expect(recordsOf(`${unit}\r`, `${row}\r`, 'Invalidation queue on IOMMU: dmar0\r')).toHaveLength(3);
});

describe('one sentence with file and line says that a file', () => {
  test.for<readonly [string, string | Buffer, RegExp]>([
    ['is empty', '', /^dump is empty$/],
    ['is no dump', 'hello\nworld\n', /^dump holds nothing that lint knows: expected iommu_regset, /],
    [
      'is binary',
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 10, 0]),
      /^dump:1 is binary, not the text of a dump$/,
    ],
    [
      'has a garbled row',
      `${unit}\n${row.replace('0x00000001', '0xzz000001')}\n`,
      /^dump:2 "00:02\.0.*" is no line of dmar_tr/,
    ],
    ['has a row that is cut off', `${unit}\n${row.slice(0, 90)}\n`, /^dump:2 .* garbled or cut off$/],
    ['ends in a row', `${unit}\n${row.slice(0, 90)}`, /^dump:2 ends in the middle of a line, "00:02\.0/],
    [
      'ends in a heading',
      `${unit}\n${row}\nIOMMU dm`,
      /^dump:3 ends in the middle of a line, "IOMMU dm": truncated$/,
    ],
    ['ends in a number of any length', `${unit}\nBus: 0 H: 0 L: 43`, /^dump:2 ends in the middle of a line/],
    ['has a device that cannot be', `${unit}\n${row.replace('00:02.0', '00:22.0')}\n`, /^dump:2 /],
    ['has a line without end', 'x'.repeat(1 << 17), /^dump has a line of more than 65536 bytes/],
  ])('%s', ([, text, message]) => {
    expect(problemOf(text)).toMatch(message);
  });

  test('is a slot narrower than the others of its queue', () => {
    const slot = '    0\t0000000000000011\t0000000000000000\t0000000000000000';
    const wide = `${slot}\t0000000000000000\t0000000000000000`;
    expect(problemOf(`Invalidation queue on IOMMU: dmar0\n${wide}\n${slot}\n`)).toMatch(/^dump:3 /);
  });

  test('is not there, or a folder', () => {
    const problem = (file: string) => readDump(fileSource(file), () => undefined).problem;
    expect(problem('no-such-dump')).toBe('no-such-dump cannot be read: no such file or folder');
    expect(problem('.')).toBe('. cannot be read: it is a folder');
  });
});
