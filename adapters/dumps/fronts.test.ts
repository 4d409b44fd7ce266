import { expect, test } from 'vitest';
import { keptSource, readDump } from './read-dump.ts';

/** Two buses whose numbers look like those of lines. */
const tables = [
  'IOMMU dmar0: Root Table Address: 0x105a82000',
  'B.D.F\tRoot_entry\t\t\t\tContext_entry\t\t\t\tPASID\tPASID_table_entry',
  ...['02:03.0', '17:00.1'].map(
    (requester) =>
      `${requester}\t0x0000000000000000:0x000000010303e001\t0x0000000000000102:0x000000010303f005\t-1    \t0x0000000000000000:0x0000000000000000:0x0000000000000000`,
  ),
  '',
  'DMA Remapping is not enabled on dmar1',
  'DMA Remapping is not enabled',
];
const registers = [
  'IOMMU: dmar0 Register Base Address: fed90000',
  'Name\t\t\tOffset\t\tContents',
  'CAP             \t0x08\t\t0x00d2008c40660462',
];
const pages = [
  'Device 0000:02:03.0 @0x10303f000',
  'IOVA_PFN\t\tPML5E\t\t\tPML4E\t\t\tPDPE\t\t\tPDE\t\t\tPTE',
  '0x0000000000001 |\t0x0000000000000000\t0x0000000000001003\t0x0000000000002003\t0x0000000000003003\t0x0000000000004003',
];
const queue = [
  'Invalidation queue on IOMMU: dmar0',
  ' Base: 0x10022e000\tHead: 0\tTail: 0',
  'Index\t\tqw0\t\t\tqw1\t\t\tstatus',
  '    0\t0000000000000011\t0000000000000000\t0000000000000000',
];
const interrupts = ['Remapped Interrupt supported on IOMMU: dmar0', '', '****', ''];
const lines = [...registers, ...tables, ...pages, ...queue, ...interrupts];

function recordsOf(text: string): readonly unknown[] {
  const records: unknown[] = [];
  const { passedOver } = readDump(keptSource('dump', [Buffer.from(text)]), (record) => records.push(record));
  expect(passedOver).toBe(0);
  return records;
}
const plain = recordsOf(lines.join('\n'));

test.for<readonly [string, (line: string, index: number) => string]>([
  [
    'grep -r, though a bus looks like the number of a line',
    (line) => `intel/dmar_translation_struct:${line}`,
  ],
  ['grep -rn', (line, index) => `0000:02:03.0/domain_translation_struct:${index + 1}:${line}`],
  ['less -N', (line, index) => `${String(index + 1).padStart(7)} ${line}`],
  [
    'grep, which colours the name',
    (line) => `\x1b[35m\x1b[Kintel/dmar_translation_struct\x1b[m\x1b[K\x1b[36m\x1b[K:\x1b[m\x1b[K${line}`,
  ],
  ['cat -n', (line, index) => `${String(index + 1).padStart(6)}\t${line}`],
  ['a quotation in a quotation', (line) => `> > ${line}`],
  ['a column of a table', (line) => `| ${line}`],
  ['a patch', (line) => `+${line}`],
  ['dmesg', (line) => `[  123.456789] ${line}`],
  ['dmesg -T', (line) => `[Fri May  1 09:46:33 2026] ${line}`],
  ['ts', (line) => `Nov 21 20:31:02 ${line}`],
  ['a console', (line) => `2026-11-21T20:31:02.123+0000 ${line}`],
  ['a journal', (line) => `Nov 21 20:31:02 host dump.sh[123]: ${line}`],
])('a dump reads the same out of %s', ([, front]) => {
  expect(recordsOf(lines.map(front).join('\n'))).toEqual(plain);
});

test.for<readonly [string, string]>([
  ['between fences, after a mark of UTF-8', `\ufeff\`\`\`\n${lines.join('\n')}\n\`\`\`\n`],
  ['with lines that end as elsewhere', lines.join('\r\n')],
  ['without prefixes', lines.join('\n').replaceAll('0x', '')],
  ['in upper case', lines.join('\n').replaceAll(/0x[0-9a-f]+/g, (digits) => digits.toUpperCase())],
  ['with a space in place of each tab', lines.join('\n').replaceAll(/\t+/g, ' ')],
])('a dump reads the same %s', ([, text]) => {
  expect(recordsOf(text)).toEqual(plain);
});

test.for([
  '===== dmar_translation_struct =====',
  '*** invalidation_queue ***',
  '/sys/kernel/debug/iommu/intel/iommu_regset:',
  '[sudo] password for user: ',
  '(In reply to J. Doe from comment #12)',
  'J. Doe, +49 12345678',
  '4 units follow:',
  '— —',
])('what people write between the parts does no harm: %s', (words) => {
  const records: unknown[] = [];
  const text = lines.flatMap((line) => [`${line}\n`, `${words}\n`]).join('');
  const { problem } = readDump(keptSource('dump', [Buffer.from(text)]), (record) => records.push(record));
  expect(problem).toBeUndefined();
  expect(records).toEqual(plain);
});

test.for([
  'IQA  0x90  0x000000000',
  '00:02.0\t0x000000010303e',
  '0x000 |\t0x0000000000000000',
  '  12 0000000',
])('a row that is cut short is no word of people: %s', (row) => {
  const { problem } = readDump(
    keptSource('dump', [Buffer.from(`${registers.join('\n')}\n${row}\n\n`)]),
    () => {},
  );
  expect(problem).toMatch(/^dump:4 .* garbled or cut off$/);
});
