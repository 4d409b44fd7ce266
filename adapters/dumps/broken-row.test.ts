import { expect, test } from 'vitest';
import type { DumpRecord } from '../../spec/dumps.ts';
import { keptSource, readDump } from './read-dump.ts';

const unit = 'IOMMU dmar0: Root Table Address: 0x105a82000';
const [requester, root, context, pasid, entry] = [
  '00:02.0',
  '0x0000000000000000:0x0000000105a85001',
  '0x0000000000000000:0x0000000105a84405',
  '0',
  '0x0000000105a86000:0x0000000000000002:0x0000000000000049',
];
const row = [requester, root, context, pasid, entry].join('\t');

/** Each record with the line that it is said to be of. */
function read(...lines: readonly string[]) {
  const records: [number, DumpRecord][] = [];
  const text = lines.map((line) => `${line}\n`).join('');
  const source = keptSource('dump', [Buffer.from(text)]);
  const { problem } = readDump(source, (record, line) => records.push([line, record]));
  return { records, problem };
}
const [, [, whole] = []] = read(unit, row).records;

test.for<readonly [string, readonly string[]]>([
  ['at a column', [`${requester}\t${root}`, `${context}\t${pasid}`, entry]],
  ['at a column, in a quotation', [`> ${requester}\t${root}`, `> ${context}\t${pasid}`, `> ${entry}`]],
  ['in the middle of a word, by a terminal', [row.slice(0, 80), row.slice(80)]],
  ['as quoted-printable text', [`${row.slice(0, 75)}=`, `${row.slice(75, 150)}=`, row.slice(150)]],
  [
    'so that each column has its heading, as in the documentation',
    [
      `${requester} ${root}`,
      '',
      ' Context_entry',
      ` ${context}`,
      '',
      ' PASID   PASID_table_entry',
      ` ${pasid}       ${entry}`,
    ],
  ],
])('a row that is broken %s is read as one, of the line where it begins', ([, lines]) => {
  expect(read(unit, ...lines, row).records).toEqual([
    [1, { kind: 'unit', dump: 'dmar_translation_struct', unit: 'dmar0', root: 0x1_05a8_2000n }],
    [2, whole],
    [2 + lines.length, whole],
  ]);
});

test.for<readonly [string, readonly string[]]>([
  ['whose end is missing', [row.slice(0, 80), row]],
  ['whose end is missing, the last one', [row.slice(0, 80), '']],
  ['whose end is missing, in quoted-printable text', [`${row.slice(0, 75)}=`]],
  ['before another dump', [row.slice(0, 80), 'Invalidation queue on IOMMU: dmar0']],
  ['whose middle is missing', [row.slice(0, 60), row.slice(80), row]],
  ['with too many pieces', [row.slice(0, 10), ...Array.from({ length: 9 }, () => '0x00')]],
])('a row %s is named where it begins', ([, lines]) => {
  expect(read(unit, ...lines).problem).toMatch(
    /^dump:2 "00:02\.0.* of dmar_translation_struct: garbled or cut off$/,
  );
});

test('a wide slot that a mailer broke is none of a narrow queue', () => {
  const slot = ['    0', '0000000200000025', '0000000100059c04', '0000000000000000', '0000000000000000'];
  const heading = 'Index\t\tqw0\t\t\tqw1\t\t\tqw2\t\t\tqw3\t\t\tstatus';
  const queue = 'Invalidation queue on IOMMU: dmar0';
  const broken = [slot.slice(0, 4).join('\t'), [slot[4], '0000000000000002'].join('\t')];
  const words = [0x2_0000_0025n, 0x1_0005_9c04n, 0n, 0n];
  const headings = [[heading], [heading.slice(0, 24), heading.slice(24)]];
  for (const above of headings)
    expect(read(queue, ...above, ...broken).records.slice(1)).toEqual([
      [2 + above.length, { kind: 'slot', index: 0, words }],
    ]);
});

test('a line of a log in two halves is of the line where it begins', () => {
  const first = 'DMAR:[DMA Read] Request device [00:02.0] fault addr 7cd80000 ';
  const { records } = read(
    '[    0.0] Linux version',
    first,
    'DMAR:[fault reason 12] non-zero reserved fields',
  );
  expect(records).toMatchObject([[2, { kind: 'fault', code: 12 }]]);
});
