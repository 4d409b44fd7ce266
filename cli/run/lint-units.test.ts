import { describe, expect, test } from 'vitest';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import {
  lintShown,
  lintTexts,
  olderTablesText,
  pagesText,
  profileText,
  type Row,
  tablesText,
} from './dump-text.fixture.ts';
import { secondStageDomain as domain, legacyRow, scalableRow } from './machine.fixture.ts';

const legacy = namedProfile('legacy-39') as Profile;
const nested = namedProfile('nested-48') as Profile;

describe('the host address width', () => {
  const row = scalableRow(nested, 0x10, 0, { ...domain, second: 1n << 46n });
  const texts = { a: tablesText('dmar0', [row]), b: profileText(nested, { RTADDR: 0x400n }) };

  test('is no more than MGAW, where no file tells it', () => {
    expect(lintTexts(texts)).toEqual([]);
    expect(lintShown(texts)).toMatch(/dmar0: HAW 48 at most \(MGAW\), CAP 0x/);
  });

  test('is no more than MGAW, where the log tells it', () => {
    const log = '[    0.01] DMAR: Host address width 52\n';
    expect(lintTexts({ b: profileText(nested), log })).toEqual(['3 lint.register.capability may']);
    expect(lintTexts({ b: profileText(nested), log: log.replace('52', '48') })).toEqual([]);
  });

  test('a reserved ND leaves domain ids 16 bits wide', () => {
    const wide = scalableRow(nested, 0x10, 0, { ...domain, second: 0x5000n });
    wide.entry[1] = (wide.entry[1] ?? 0n) | 0xffffn;
    const b = profileText({ ...nested, cap: nested.cap | 7n }, { RTADDR: 0x400n });
    expect(lintTexts({ a: tablesText('dmar0', [wide]), b })).toEqual(['3 lint.register.capability may']);
  });

  test('is what the log says', () => {
    const log = '[    0.01] DMAR: Host address width 46\n';
    expect(lintTexts({ ...texts, log })).toEqual(['3 SPT.3']);
    expect(lintShown({ ...texts, log })).toMatch(/dmar0: HAW 46, CAP 0x/);
  });
});

test('a half of a root entry is judged though no row goes through it', () => {
  const row = scalableRow(nested, 0x10, 0, domain);
  const [low = 0n] = row.root;
  const told = (root: bigint[]) =>
    lintTexts({ a: tablesText('dmar0', [{ ...row, root }]), b: profileText(nested) });
  expect(told([low, 0x2003n])).toEqual(['3 SRT.3']);
  expect(told([low, 0x2002n])).toEqual([]);
});

test('an older dump that shows a device twice is two dumps in one', () => {
  const row = legacyRow(legacy, 0x10, 1, 0);
  const a = olderTablesText('dmar0', [row]).replace(/( {2}\d+ .*\n)/, '$1$1');
  expect(lintTexts({ a })).toEqual(['7 lint.row.twice may']);
});

describe('tables without registers', () => {
  const bits: Row = { ...legacyRow(legacy, 0x10, 1, 0), context: [0x1_0000_0015n, 0x102n] };

  test('are checked under a profile that allows what any unit allows, and that is named', () => {
    const row = { ...legacyRow(legacy, 0x10, 1, 1), context: [0x1_0000_0005n, 0x103n] };
    expect(lintTexts({ a: tablesText('dmar0', [row]) })).toEqual([]);
    expect(lintShown({ a: tablesText('dmar0', [row]) })).toMatch(
      /default profile everything: give iommu_regset too/,
    );
  });

  test('in pass-through may have any width: the largest is not known', () => {
    const row = { ...legacyRow(legacy, 0x10, 1, 2), context: [0x9n, 0x102n] };
    expect(lintTexts({ a: tablesText('dmar0', [row]) })).toEqual([]);
    const b = profileText(namedProfile('legacy-57') as Profile, { RTADDR: 0n });
    expect(lintTexts({ a: tablesText('dmar0', [row]), b })).toEqual(['3 lint.pass-through-width']);
  });

  test('are wrong where no unit allows it', () => {
    expect(lintTexts({ a: tablesText('dmar0', [bits]) })).toEqual(['3 LCT.3']);
  });

  test('in the older form may be of either mode: they are wrong when both refuse them', () => {
    // Bits 4 and 2 are PRE and DTE in scalable mode; bit 4 is reserved in legacy mode.
    expect(lintTexts({ a: olderTablesText('dmar0', [bits]) })).toEqual([]);
    expect(
      lintTexts({
        a: olderTablesText('dmar0', [bits]),
        b: profileText(namedProfile('legacy-48') as Profile, { RTADDR: 0n }),
      }),
    ).toEqual(['6 LCT.3']);
    const both: Row = { ...bits, context: [0x1_0000_0181n, (1n << 40n) | 0x102n] };
    expect(lintTexts({ a: olderTablesText('dmar0', [both]) })).toEqual(['6 LCT.3']);
  });
});

describe('two rows of two moments', () => {
  test('that show one context entry otherwise are a note', () => {
    const row = scalableRow(nested, 0x10, 0, domain);
    const later = { ...scalableRow(nested, 0x10, 1, domain), context: [0x9_0000_0401n, 0n] };
    const texts = {
      a: tablesText('dmar0', [row, later, { ...later, pasid: 2 }]),
      b: profileText(nested),
    };
    expect(lintTexts(texts)).toEqual(['4 lint.row.same-entry may']);
    expect(lintShown(texts)).toMatch(/dmar0, 00:02\.0\n.*\n {4}not as in line 3\n/);
  });

  test('one of which has gone meanwhile are a note', () => {
    const row = scalableRow(nested, 0x10, 0, domain);
    row.entry[0] = (row.entry[0] ?? 0n) & ~1n;
    expect(lintTexts({ a: tablesText('dmar0', [row]), b: profileText(nested) })).toEqual(['3 SPT.2 may']);
  });
});

test('a PASID beyond its directory cannot be reached: a note', () => {
  const row = { ...scalableRow(nested, 0x10, 0x10_0000 - 1, domain), context: [0x9_0000_0009n, 0n] };
  expect(lintTexts({ a: tablesText('dmar0', [row]), b: profileText(nested) })).toEqual([
    '3 lint.row.directory may',
  ]);
});

test.for(['second', 'nested'] as const)('the pages of a %s-stage entry are of second stage', (kind) => {
  const row = scalableRow(nested, 0x10, 0, { ...domain, kind });
  const path = [0n, 0x1803n, 0x2003n, 0x3003n, 0x4003n];
  const pages = pagesText(0x10, domain.second, [{ pageNumber: 0n, path }], 'newer');
  const texts = { a: pages, b: tablesText('dmar0', [row]), c: profileText(nested, { RTADDR: 0x400n }) };
  expect(lintTexts(texts)).toEqual(['3 SSS.3']);
});

test('with CM=1 no entry has domain id 0', () => {
  const caching = { cap: nested.cap | 0x80n, ecap: nested.ecap };
  const zero = { ...domain, did: 0n };
  const texts = { a: tablesText('dmar0', [scalableRow(nested, 0x10, 0, zero)]), b: profileText(caching) };
  expect(lintTexts(texts)).toEqual(['3 R8']);
  expect(lintTexts({ ...texts, b: profileText(nested) })).toEqual([]);
});

test('of three entries with one domain id the odd one is named, wherever it stands', () => {
  const odd = scalableRow(nested, 0x10, 0, { ...domain, second: 0x7_0000_0000n });
  const others = [0x18, 0x20].map((sourceId) => scalableRow(nested, sourceId, 0, domain));
  expect(lintTexts({ a: tablesText('dmar0', [odd, ...others]), b: profileText(nested) })).toEqual(['3 R1']);
  expect(lintTexts({ a: tablesText('dmar0', [...others, odd]), b: profileText(nested) })).toEqual(['5 R1']);
});

test('domain ids are of one unit: another has its own', () => {
  const rows = [domain, { ...domain, second: 0x7_0000_0000n }].map((one) => [
    scalableRow(nested, 0x10, 0, one),
  ]);
  const tables = rows.map((row, index) => tablesText(`dmar${index}`, row)).join('');
  expect(lintTexts({ a: tables, b: profileText(nested) })).toEqual([]);
});

test('an entry whose table lies at 0 or in the interrupt range has a pointer that nobody wrote: a note', () => {
  const row = scalableRow(nested, 0x10, 0, domain);
  const [first = 0n, ...rest] = row.entry;
  const low = (word = 0n, table = 0n): bigint => (word & 0xfffn) | table;
  const told = (changed: Partial<Row>): readonly string[] =>
    lintTexts({ a: tablesText('dmar0', [{ ...row, ...changed }]), b: profileText(nested) });
  const odd = ['3 lint.entry.table may'];
  expect(told({ entry: [low(first), ...rest] })).toEqual(odd);
  expect(told({ entry: [low(first, 0xfee0_0000n), ...rest] })).toEqual(odd);
  expect(told({ context: [low(row.context[0]), 0n] })).toEqual(odd);
  expect(told({ root: [low(row.root[0]), 0n] })).toEqual(odd);
  expect(told({ entry: [0x109n, ...rest] })).toEqual([]);
});

describe('a kernel log', () => {
  const boot = `DMAR: dmar0: reg_base_addr fed90000 ver 4:0 cap ${nested.cap.toString(16)} ecap ${nested.ecap.toString(16)}`;
  const fault =
    'DMAR: [DMA Read NO_PASID] Request device [00:02.0] fault addr 0x1000 [fault reason 0x5a] SM: x';
  const dump = (words: readonly bigint[]): readonly string[] => [
    'DMAR: Dump dmar0 table entries for IOVA 0x1000',
    'DMAR: scalable mode root entry: hi 0x0000000000000000, low 0x0000000105a85001',
    'DMAR: context entry: hi 0x0000000000000000, low 0x0000000105a84405',
    'DMAR: pasid dir entry: 0x0000000101b4e001',
    ...Array.from(
      { length: 8 },
      (_, index) =>
        `DMAR: pasid table entry[${index}]: 0x${(words[index] ?? 0n).toString(16).padStart(16, '0')}`,
    ),
    'DMAR: pte level: 4, pte value: 0x0000000105a90003',
  ];
  const log = (...lines: readonly string[]): string =>
    `${['[    0.0] Linux version 6.12', boot, ...lines].join('\n')}\n`;

  test('whose faults are of requests, not of tables, is clean', () => {
    const other = fault.replace('0x5a', '0x71');
    expect(lintTexts({ log: log(other, ...dump([0x1_05a8_6089n, 2n])) })).toEqual([]);
  });

  test('with a fault of a malformed entry has a note, once for each requester', () => {
    expect(lintTexts({ log: log(fault, fault) })).toEqual(['3 SPT.3 may']);
  });

  test('with the entry that was refused has it judged whole, the words that debugfs leaves out too', () => {
    const told = lintTexts({ log: log(fault, ...dump([0x1_05a8_6089n, 2n, 0n, 0n, 0n, 0n, 0n, 1n])) });
    expect(told).toEqual(['3 SPT.3 may', '15 SPT.3']);
  });

  test('with a paging entry that has a reserved bit set', () => {
    const lines = dump([0x1_05a8_6089n, 2n]).map((line) => line.replace('05a90003', '05a90083'));
    expect(lintTexts({ log: log(...lines) })).toEqual(['15 SSS.3']);
  });
});
