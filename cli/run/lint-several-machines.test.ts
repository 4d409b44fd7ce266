/** Files of several machines at once: their units have the same names, and none is judged by registers of another. */
import { describe, expect, test } from 'vitest';
import { lintJson } from '../../reports/lint-json.ts';
import {
  FIRST_ROW,
  linting,
  lintShown,
  lintTexts,
  pagesText,
  queueText,
  type Row,
  registersText,
  tablesText,
} from './dump-text.fixture.ts';

/** No Device-TLBs and narrow addresses; both. */
const small = registersText('dmar0', { CAP: 0xd2_008c_4066_0462n, ECAP: 0xf0_50dan, RTADDR: 0x1000n });
const large = registersText('dmar0', { CAP: 0x19ed_008c_4078_0c66n, ECAP: 0xf0_50den, RTADDR: 0x1000n });
const row: Row = { sourceId: 0x10, root: [0x1001n, 0n], context: [(1n << 45n) | 5n, 0x202n], entry: [] };
const tables = tablesText('dmar0', [row]);
const log = 'DMAR: Host address width 39\n';
const wrong = ['LCT.3', 'LCT.4.2'].map((rule) => `${FIRST_ROW} ${rule}`).sort();

test('each in a folder of its own is judged by its own registers and width', () => {
  const tablesAt = (...context: bigint[]) => tablesText('dmar0', [{ ...row, context }]);
  const texts = {
    'one/regs': small,
    'one/log': log,
    'one/tables': tablesAt(0x5001n, 0x202n),
    'two/regs': large,
    'two/log': log.replace('39', '46'),
    'two/tables': tablesAt((1n << 45n) | 1n, 0x203n),
  };
  expect(lintTexts(texts)).toEqual([]);
  const swapped = { ...texts, 'one/tables': texts['two/tables'], 'two/tables': texts['one/tables'] };
  expect(lintTexts(swapped).toSorted()).toEqual([`${FIRST_ROW} LCT.3`, `${FIRST_ROW} LCT.4.1`]);
});

test('as JSON each of two units of one name is listed once, with what it was judged by', () => {
  const { linted } = linting({ 'both.txt': small + large });
  const { units } = JSON.parse(lintJson(linted, []));
  expect(units).toMatchObject([
    { name: 'dmar0', cap: '0xd2008c40660462', source: 'both.txt' },
    { name: 'dmar0', cap: '0x19ed008c40780c66', source: 'both.txt, part 2' },
  ]);
});

test('what one machine shows of itself is not taken for another that shows less', () => {
  const whole = { 'one/regs': small, 'one/log': log, 'one/tables': tablesText('dmar0', []) };
  expect(lintTexts({ ...whole, 'one/tables': tables }).toSorted()).toEqual(wrong);
  const own = tablesText('dmar0', [{ ...row, context: [0x5001n, 0x202n] }]);
  expect(lintTexts({ ...whole, 'one/tables': own, 'two/tables': tables })).toEqual([]);
  expect(lintTexts({ 'one.txt': small + own, 'two.txt': tables })).toEqual([]);
});

test('registers and a log in a folder of their own are of the machine beside it', () => {
  expect(lintTexts({ 'regs/a': small, 'logs/a': log, 'tables/a': tables }).toSorted()).toEqual(wrong);
});

test('pages of devices in folders below are of the machine above them', () => {
  const page = { pageNumber: 0n, path: [0n, 0x1003n, 0x2003n, 0x3003n, (1n << 45n) | 3n] };
  const pages = pagesText(0x10, 0x7000n, [page], 'newer');
  const machines = {
    'one/regs': small,
    'one/log': log,
    'two/regs': large,
    'two/log': log.replace('39', '46'),
  };
  expect(lintTexts({ ...machines, 'two/0000:00:02.0/pages': pages })).toEqual([]);
  expect(lintTexts({ ...machines, 'one/0000:00:02.0/pages': pages })).toEqual([`${FIRST_ROW} LSS.2`]);
});

test('pages and widths of one machine are not those of another with a table at the same place', () => {
  const pages = (top: bigint): string => {
    const page = { pageNumber: 0n, path: [top, 0x1003n, 0x2003n, 0x3003n, (1n << 45n) | 3n] };
    return pagesText(0x10, 0x5000n, [page], 'newer');
  };
  const both = {
    'one/regs': small,
    'one/tables': tablesText('dmar0', [{ ...row, context: [0x5001n, 0x202n] }]),
    'two/regs': large,
    'two/tables': tablesText('dmar1', [{ ...row, context: [0x5001n, 0x203n] }]),
  };
  expect(lintTexts({ ...both, 'two/pages': pages(0x6003n) })).toEqual([]);
  expect(lintTexts({ ...both, 'one/pages': pages(0n) })).toEqual([`${FIRST_ROW} LSS.2`]);
});

test('where files of one folder show other registers, none is taken, and that is said', () => {
  const texts = { one: small, two: large, tables };
  expect(lintTexts(texts)).toEqual([]);
  expect(lintShown(texts)).toMatch(
    /dmar0: files show other registers of it, so checked under .*: give each machine a folder of its own/,
  );
});

describe('in one folder', () => {
  const at = (RTADDR: bigint, more: Readonly<Record<string, bigint>> = {}): string =>
    registersText('dmar0', { CAP: 0xd2_008c_4066_0462n, ECAP: 0xf0_50dan, RTADDR, ...more });
  const own = tablesText('dmar0', [{ ...row, context: [0x5001n, 0x202n] }]);
  const others = tables.replace('Address: 0x1000', 'Address: 0x7000');

  test('registers are of the tables that they point to, and of no others', () => {
    expect(lintTexts({ a: at(0x1000n), b: own, c: others, log })).toEqual([]);
    expect(lintTexts({ a: at(0x1000n), b: tables, c: own.replace('0x1000', '0x7000') }).toSorted()).toEqual(
      wrong,
    );
    expect(lintTexts({ a: at(0x1000n), b: large.replace('1000', '7000'), c: tables }).toSorted()).toEqual(
      wrong,
    );
  });

  test('pages are of the machine whose tables lead to them', () => {
    const page = { pageNumber: 0n, path: [0n, 0x1003n, 0x2003n, 0x3003n, (1n << 45n) | 3n] };
    const pages = (table: bigint) => pagesText(0x10, table, [page], 'newer');
    const files = { a: at(0x1000n), log, b: own, c: others };
    const boot = 'DMAR: dmar0: reg_base_addr fed90000 ver 1:0 cap d2008c40660462 ecap f050da\n';
    expect(lintTexts({ ...files, pages: pages(1n << 45n) })).toEqual([]);
    expect(lintTexts({ ...files, log: boot + log, pages: pages(0x5000n) })).toEqual([`${FIRST_ROW} LSS.2`]);
  });

  test('a queue is of the machine whose registers point to it', () => {
    const queue = queueText('dmar0', 1, 1, [[0x3n, 0n]]);
    const wrong = '4 invalidation.descriptor.device-tlb.capability';
    expect(lintTexts({ a: at(0x1000n, { IQA: 0x10_0000n }), queue })).toEqual([wrong]);
    expect(lintTexts({ a: at(0x1000n, { IQA: 0x20_0000n }), queue })).toEqual(['2 lint.queue.register may']);
  });

  test('a width is of the machine whose units the log names', () => {
    const wide = tablesText('dmar0', [{ ...row, context: [(1n << 45n) | 1n, 0x203n] }]);
    const a = large.replace('1000', '7000');
    expect(lintTexts({ a, b: wide.replace('0x1000', '0x7000'), log, c: at(0x1000n), d: own })).toEqual([]);
  });

  test('where two registers may be those of the tables, neither is said to point elsewhere', () => {
    expect(lintTexts({ a: at(0x1000n), b: at(0x2000n), c: others })).toEqual([]);
  });

  test('that is said', () => {
    const texts = { a: at(0x1000n), b: own, c: others };
    expect(lintShown(texts)).toMatch(/give each machine a folder of its own/);
  });
});

describe('in one file', () => {
  const at = (text: string, root: string): string =>
    text.replace('0x0000000000001000', root).replace('0x1000', root);
  const other = (text: string): string => at(text, '0x0000000000007000');
  const wide = tablesText('dmar0', [{ ...row, context: [(1n << 45n) | 1n, 0x203n] }]);
  const ofOne = [log, small, tablesText('dmar0', [{ ...row, context: [0x5001n, 0x202n] }])];
  const ofTwo = [log.replace('39', '46'), other(large), other(wide)];
  const alternating = ofOne.flatMap((text, index) => [text, ofTwo[index] ?? '']);
  const rules = (...texts: readonly string[]): readonly string[] =>
    lintTexts({ a: texts.join('') }).map((told) => told.replace(/^\d+ /, ''));

  test.for<readonly [string, readonly string[]]>([
    ['one after the other', [...ofOne, ...ofTwo]],
    ['in the other order', [...ofTwo, ...ofOne]],
    ['kind by kind', alternating],
    ['kind by kind, in the other order', alternating.toReversed()],
  ])('neither is judged by registers of the other: %s', ([, texts]) => {
    expect(rules(...texts)).toEqual([]);
  });

  test('each is judged by the registers that point to its tables', () => {
    expect(rules(small, other(large), other(wide), tables).toSorted()).toEqual(['LCT.3', 'LCT.4.2']);
    expect(rules(small, large, wide.replace('0x1000', '0x8000'))).toEqual([]);
  });

  test('registers are judged by themselves, wherever they point', () => {
    const above = at(small, '0x8000000000001000').replace(
      'CAP ',
      'GSTS            \t0x1c\t\t0x00000000c0000000\nCAP ',
    );
    expect(rules(above, tables.replace('0x1000', '0x7000'))).toEqual(['lint.register.reserved may']);
    expect(rules(large, small, above)).toEqual(['lint.register.reserved may']);
  });

  test('pages and a queue that nothing ties to one are judged by neither', () => {
    const page = { pageNumber: 0n, path: [0n, 0x1003n, 0x2003n, 0x3003n, (1n << 45n) | 3n] };
    const pages = pagesText(0x18, 0x9000n, [page], 'newer');
    const queue = queueText('dmar0', 1, 1, [[0x3n, 0n]]);
    expect(rules(...ofOne, pages, queue)).toEqual(['LSS.2', 'invalidation.descriptor.device-tlb.capability']);
    expect(rules(...ofTwo, ...ofOne, pages, queue)).toEqual([]);
  });

  test('of one that shows tables of two only what is tied to its registers is judged by them', () => {
    const queue = queueText('dmar0', 1, 1, [[0x3n, 0n]]);
    expect(rules(small, ofOne[2] ?? '', queue)).toEqual(['invalidation.descriptor.device-tlb.capability']);
    expect(rules(small, ofOne[2] ?? '', other(wide), queue)).toEqual([]);
  });

  test('pages are of the tables beside them, though another file has such a table too', () => {
    const page = { pageNumber: 0n, path: [0n, 0x1003n, 0x2003n, 0x3003n, (1n << 45n) | 3n] };
    const pages = pagesText(0x10, 0x5000n, [page], 'newer');
    const b = large + tablesText('dmar0', [{ ...row, context: [0x5001n, 0x203n] }]);
    const told = lintTexts({ a: [...ofOne, pages].join(''), b });
    expect(told.map((one) => one.replace(/^\d+ /, ''))).toEqual(['LSS.2']);
  });

  test('registers from before the queue was set up are not those of the queue', () => {
    const scalable = { CAP: 0x19ed_008c_4078_0c66n, ECAP: 0x3_ef9e_a6f0_50dfn };
    const before = registersText('dmar0', { ...scalable, RTADDR: 0x8000n });
    const after = registersText('dmar0', { ...scalable, RTADDR: 0x8400n, IQA: 0x10_0801n });
    const queue = queueText('dmar0', 1, 1, [[0x26n, 0n, 0n, 0n]]);
    expect(rules(before, queue)).toEqual(['invalidation.queue.mode.legacy-256']);
    expect(rules(before, after, queue)).toEqual([]);
  });

  test('the registers of both are told', () => {
    const lines = lintShown({ a: [...ofOne, ...ofTwo].join('') });
    expect(lines).toMatch(/dmar0: .*CAP 0x00d2008c40660462.* of a/);
    expect(lines).toMatch(/dmar0: .*CAP 0x19ed008c40780c66.* of a/);
  });

  test('two moments of one machine are one', () => {
    const later = ofOne.map((text) => text.replace('000000005001', '000000006001'));
    expect(rules(...ofOne, ...later)).toEqual([]);
    const before = small.replace('0x0000000000001000', '0x0000000000000000');
    expect(rules(before, ...ofOne.slice(1, 2), tables).toSorted()).toEqual(['LCT.3', 'LCT.4.2']);
    expect(rules(...ofOne, tables).toSorted()).toEqual(['LCT.3', 'LCT.4.2']);
  });
});

test('a table that no entry of its device points to is a note, where the machine is known', () => {
  const at = (table: bigint): string => pagesText(0x10, table, [], 'newer');
  const through = tablesText('dmar0', [{ ...row, context: [9n, 0x202n] }]);
  const ofProcess = tablesText('dmar0', [
    { ...row, context: [0x2_0000_0c09n, 0n], pasid: 0, entry: [0x109n, 1n, 0n] },
  ]);
  const others = tablesText('dmar0', [{ ...row, sourceId: 0x18 }]);
  expect(lintTexts({ tables, pages: at(1n << 45n) })).toEqual([]);
  expect(lintTexts({ tables, pages: at(0x5000n) })).toEqual(['1 lint.row.table may']);
  expect(lintTexts({ 'one/tables': tables, 'two/pages': at(0x5000n) })).toEqual([]);
  const two = { tables, b: others.replace('0x1000', '0x7000'), pages: at(0x5000n) };
  expect(lintTexts(two)).toEqual([]);
  const ofReservedType = ofProcess.replace('0000000000000109', '00000000000051c9');
  const ofTwo = tablesText('dmar0', [
    { ...row, context: [0x2_0000_0c09n, 0n], pasid: 0, entry: [0x8089n, 1n, 0n] },
    { ...row, context: [0x2_0000_0c09n, 0n], pasid: 1, entry: [0x49n, 2n, 0x7000n] },
  ]);
  expect(lintTexts({ a: ofReservedType, pages: at(0x5000n) })).toEqual([`${FIRST_ROW} SPT.4.2`]);
  const above = tablesText('dmar0', [{ ...row, context: [(1n << 45n) | 0x5001n, 0x202n] }]);
  expect(lintTexts({ a: above, regs: small, pages: at(0x5000n) })).toEqual([`${FIRST_ROW} LCT.3`]);
  for (const a of [through, ofProcess, others, ofTwo])
    expect(lintTexts({ a, pages: at(0x5000n) })).toEqual([]);
});

test('a table whose top levels the unit does not have is one that its entry points into', () => {
  const at = (table: bigint, aw: bigint): string =>
    tablesText('dmar0', [{ ...row, context: [table | 1n, 0x200n | aw] }]);
  const page = { pageNumber: 0n, path: [(1n << 52n) | 0x5003n, 0x6003n, 0x3003n, 0x4003n, 0x8003n] };
  const other = { ...page, pageNumber: 1n << 36n, path: [0x7003n, ...page.path.slice(1)] };
  const pages = pagesText(0x10, 0x9000n, [page, other], 'older');
  expect(lintTexts({ a: at(0x5000n, 2n), pages })).toEqual([]);
  expect(lintTexts({ a: at(0x6000n, 1n), pages })).toEqual([]);
  for (const [table, aw] of [
    [0x5000n, 1n],
    [0x6000n, 2n],
    [0x3000n, 1n],
    [0x7000n, 2n],
  ] as const)
    expect(lintTexts({ a: at(table, aw), pages })).toEqual(['1 lint.row.table may']);
  const rows = pages.replaceAll(/^(?!0x).*\n/gm, '');
  const empty = pagesText(0x10, 0x9000n, [], 'older');
  expect(lintTexts({ a: at(0x5000n, 2n), empty, rows })).toEqual(['1 lint.row.table may']);
});

describe('registers that point elsewhere than what is shown are a note, once', () => {
  const scalable = { CAP: 0x19ed_008c_4078_0c66n, ECAP: 0x3_ef9e_a6f0_50dfn, GSTS: 0xc400_0000n };
  const at = (RTADDR: bigint): string => registersText('dmar0', { ...scalable, RTADDR });
  const none = tablesText('dmar0', []);
  const ofPasid = tablesText('dmar0', [
    { ...row, context: [0x2_0000_0c09n, 0n], pasid: 0, entry: [0x109n, 1n, 0n] },
  ]);

  test.for<readonly [string, string, bigint, readonly string[]]>([
    ['to it', none, 0x1000n, []],
    ['to another root table', none, 0x2000n, ['1 lint.root.register may']],
    ['to none', none, 0n, ['6 lint.register.status may']],
    ['above the host address width', none, (1n << 60n) | 0x1000n, ['6 lint.register.reserved may']],
    ['to it, in the mode of its rows', ofPasid, 0x1400n, []],
    ['to it, in the other mode', ofPasid, 0x1000n, ['1 lint.root.register may']],
    ['to it, in a mode that the unit does not have', ofPasid, 0x1800n, ['6 RTA.1.2']],
  ])('%s', ([, a, RTADDR, expected]) => {
    expect(lintTexts({ a, b: at(RTADDR) })).toEqual(expected);
  });

  test('in the other mode they say nothing of the queue', () => {
    const queue = queueText('dmar0', 1, 1, [[0x26n, 0n, 0n, 0n]]);
    const b = registersText('dmar0', { ...scalable, RTADDR: 0x1000n, IQA: 0x10_0801n });
    expect(lintTexts({ a: ofPasid, b, queue })).toEqual(['1 lint.root.register may']);
    expect(lintTexts({ b, queue })).toEqual(['4 invalidation.queue.mode.legacy-256']);
  });
});
