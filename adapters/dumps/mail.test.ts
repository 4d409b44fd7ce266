/** What mails have beside dumps, and how commit messages show them. */
import { expect, test } from 'vitest';
import type { DumpRecord } from '../../spec/dumps.ts';
import { keptSource, readDump } from './read-dump.ts';

function read(...lines: readonly string[]): { records: readonly DumpRecord[]; problem: string | undefined } {
  const records: DumpRecord[] = [];
  const { problem } = readDump(keptSource('mail', [Buffer.from(lines.join('\n'))]), (record) =>
    records.push(record),
  );
  return { records, problem };
}
const unit = 'IOMMU dmar0: Root Table Address: 0x436f7c000';
const path = '00:0a.0\t0x0000000000000000:0x000000044dd3f001\t0x0000000000100000:0x0000000435460e1d';

test('a signature of a program and a patch below a dump are not a part of it', () => {
  const { problem } = read(unit, '', 'index 3f5399b5e6c0..8982e93a50d7 100644', '-- ', '2.17.1', '');
  expect(problem).toBeUndefined();
  expect(read(unit, '-- ', '2.45.1.windows.1', '').problem).toBeUndefined();
});

test('words of a PASID table entry stand lowest first in the message of the commit that brought them', () => {
  const entryOf = (row: string): unknown => {
    const [, table] = read(unit, path + row, '').records;
    return table?.kind === 'table' ? table.entry : undefined;
  };
  const pages = [0x4_4d6e_1089n, 3n, 1n];
  expect(entryOf('\t0\t0x000000044d6e1089:0x0000000000000003:0x0000000000000001')).toEqual(pages);
  expect(entryOf('\t0\t0x0000000000000001:0x0000000000000003:0x000000044d6e1089')).toEqual(pages);
  // An entry without PGTT is what it is unless the last word would be a whole first one.
  expect(entryOf('\t0\t0x0000000105a86000:0x0000000000000002:0x0000000000000001')).toEqual([
    ...[1n, 2n, 0x1_05a8_6000n],
  ]);
  expect(entryOf('\t0\t0x0000000105a86088:0x0000000000000002:0x0000000000000001')).toEqual([
    ...[1n, 2n, 0x1_05a8_6088n],
  ]);
  expect(entryOf('\t0\t0x0000000105a86089:0x0000000000000002:0x0000000000000049')).toEqual([
    ...[0x49n, 2n, 0x1_05a8_6089n],
  ]);
});

test.for([
  [
    'AMD-Vi: Event logged [IO_PAGE_FAULT device=01:00.0 domain=0x0000 address=0x1000 flags=0x0020]',
    'an AMD unit',
  ],
  ['arm-smmu-v3 arm-smmu-v3.0.auto: event 0x10 received:', 'an SMMU'],
  ['(XEN) [VT-D]DMAR:[DMA Read] Request device [0000:00:02.0] fault addr 76c615d000', 'Xen'],
  ['qemu: vtd_iova_to_slpte: detected slpte permission error', 'QEMU'],
  ['DMAR: [DMA Read NO_PASID] Request device [00:02.0] fault addr 0x1000', 'without its reason'],
  ['Content-Transfer-Encoding: base64', 'a mail in base64'],
  ['Hello', 'expected iommu_regset, '],
] as const)('text that is no dump is named for what it is: %s', ([line, told]) => {
  expect(read(line, 'and more', '').problem).toMatch(
    new RegExp(`^mail holds nothing that lint knows: .*${told}`),
  );
  expect(read(line, unit, '').problem).toBeUndefined();
});

test('a mail as it was sent has signs as numbers, in the parts that say so', () => {
  const encoding = (name: string): string => `Content-Transfer-Encoding: ${name}`;
  const sent = '>> [ 1474=2E754463] DMAR: [DMA Read NO_PASID] Request device [0b:00=2E0]';
  // Short lines may go on too.
  const rest = '>> fault addr 0xffffe000=';
  const end = '=20[fault reason 0x06] PTE Read access is not set';
  const fault = { kind: 'fault', sourceId: 0xb00, code: 6, address: 0xffff_e000n };
  expect(read(encoding('quoted-printable'), sent, rest, end, '').records).toMatchObject([fault]);
  const descriptor = ['DMAR: QI HEAD: Invalidation Wait qw0 =3D 0x200000025, qw1 =3D', '0x10005f634'];
  expect(read(encoding('quoted-printable'), ...descriptor, '').records).toMatchObject([{ kind: 'queued' }]);
  expect(read(encoding('quoted-printable'), 'a =3D', unit, '').records).toMatchObject([{ kind: 'unit' }]);
  expect(read(encoding('quoted-printable'), encoding('8bit'), sent, rest, end, '').records).toEqual([]);
});

test('text in two bytes a character and lines that end with CR alone are refused with what to do', () => {
  const problemOf = (bytes: Buffer): string | undefined =>
    readDump(keptSource('mail', [bytes]), () => undefined).problem;
  const text = `${unit}\n${path}\n`;
  const swapped = Buffer.from(text, 'utf16le').swap16();
  const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  for (const bytes of [Buffer.from(text, 'utf16le'), swapped, marked])
    expect(problemOf(bytes)).toBe('mail is UTF-16: save it as UTF-8');
  expect(problemOf(Buffer.from([0, 0, 0, 0]))).toMatch(/binary/);
  expect(problemOf(Buffer.from(text.replaceAll('\n', '\r')))).toBe(
    'mail ends its lines with CR alone: save it with LF',
  );
  expect(problemOf(Buffer.from(`${unit}\r`))).not.toMatch(/CR alone/);
});

test('head and tail of a queue may be anything that a register can hold', () => {
  const queue = (head: string, tail: string): unknown =>
    read('Invalidation queue on IOMMU: dmar1', ` Base: 0x1672c9000\tHead: ${head}\tTail: ${tail}`, '')
      .records[1];
  expect(queue('-1', '80')).toMatchObject({ head: -1, tail: 80 });
  expect(queue('80', '1152921504606846975')).toMatchObject({ head: 80, tail: 2 ** 60 });
});
