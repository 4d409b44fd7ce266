/** Rows that somebody cut out, without the headings above them: of which unit or device they are is not known. */
import { expect, test } from 'vitest';
import {
  lintShown,
  lintTexts,
  olderTablesText,
  type Page,
  pagesText,
  type Row,
  registersText,
  tablesText,
} from './dump-text.fixture.ts';

const row = (sourceId: number, table: bigint): Row => ({
  sourceId,
  root: [0x1_0000_1001n + BigInt(sourceId >> 8) * 0x1000n, 0n],
  context: [table | 1n, 0x202n],
  entry: [],
});
const [low, high] = [0x2_0000_0000n, 0x3_0000_0000n];
const alone = (text: string): string =>
  text.replaceAll(/^(?!\s*[0-9a-f]{2}:|0x|\s*\d+\s|\s*Bus: ).*\n/gm, '');

test('of two units, each with domain ids of its own, are clean', () => {
  const units = [
    [row(0x10, low), row(0x100, low)],
    [row(0x10, high), row(0x18, high)],
  ].map((rows, index) => ({ rows, unit: `dmar${index}` }));
  expect(lintTexts({ a: alone(units.map(({ unit, rows }) => tablesText(unit, rows)).join('')) })).toEqual([]);
  expect(
    lintTexts({ a: alone(units.map(({ unit, rows }) => olderTablesText(unit, rows)).join('')) }),
  ).toEqual([]);
});

test('that rise like those of one unit may be of two all the same: a note', () => {
  const texts = { a: alone(tablesText('dmar0', [row(0x10, low)]) + tablesText('dmar1', [row(0x18, high)])) };
  expect(lintTexts(texts)).toEqual(['2 R1 may']);
  expect(lintShown(texts)).toMatch(/R1, may {2}00:03\.0\n/);
});

test('before the heading of a unit are of another one, whose registers are not there', () => {
  const throughDeviceTlb = { ...row(0x10, low), context: [low | 5n, 0x202n] };
  const first = alone(tablesText('dmar0', [throughDeviceTlb]));
  const registers = registersText('dmar1', { CAP: 0xd2_008c_4066_0462n, ECAP: 0xf0_50dan });
  expect(lintTexts({ registers, tables: first })).toEqual(['1 LCT.4.2']);
  expect(lintTexts({ registers, tables: first + tablesText('dmar1', [row(0x18, high)]) })).toEqual([]);
  const broken = first + tablesText('dmar1', [throughDeviceTlb]);
  expect(lintTexts({ registers, tables: broken })).toEqual(['4 LCT.4.2']);
});

test('are not of registers without a heading, where either shows that there are other units', () => {
  const throughDeviceTlb = { ...row(0x10, low), context: [low | 5n, 0x202n] };
  const first = alone(tablesText('dmar0', [throughDeviceTlb]));
  const second = tablesText('dmar1', [row(0x18, high)]);
  const capabilities = { CAP: 0xd2_008c_4066_0462n, ECAP: 0xf0_50dan };
  const registers = registersText('dmar0', capabilities).replace(/^IOMMU.*\n/, '');
  const others = registersText('dmar1', capabilities);
  expect(lintTexts({ registers, tables: first })).toEqual(['1 LCT.4.2']);
  expect(lintTexts({ registers, tables: first + second })).toEqual([]);
  expect(lintTexts({ registers: registers + others, tables: first })).toEqual([]);
});

test('of a page may be of a unit whose registers are not there', () => {
  const leaf = low | 0x83n;
  const large: Page = { pageNumber: 0n, path: [0n, low | 0x1003n, low | 0x2003n, leaf, 0n] };
  const pages = pagesText(0x20, 0x5000n, [large], 'older');
  const registers = registersText('dmar0', { CAP: 0xd2_0080_4066_0462n, ECAP: 0xf0_50dan });
  const tables = [row(0x10, low), row(0x18, high)].map((one, index) => tablesText(`dmar${index}`, [one]));
  expect(lintTexts({ registers, pages, a: tables[0] ?? '' })).toEqual(['3 LSS.2']);
  expect(lintTexts({ registers, pages, a: tables.join('') })).toEqual([]);
});

test('of two devices are not compared', () => {
  const page = (pageNumber: bigint, table: bigint): Page => ({
    pageNumber,
    path: [0n, table | 3n, table | 0x1003n, table | 0x2003n, table | 0x3003n],
  });
  const text = [low, high].map((table) =>
    pagesText(0x10, table, [page(1n, table), page(2n, table)], 'newer'),
  );
  expect(lintTexts({ a: alone(text.join('')) })).toEqual([]);
});
