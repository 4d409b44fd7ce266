/** One thing that is wrong is named once, where it stands: what follows from it elsewhere is not. */
import { describe, expect, test } from 'vitest';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import {
  FIRST_ROW,
  linting,
  lintTexts,
  pagesText,
  profileText,
  queueText,
  type Row,
  tablesText,
} from './dump-text.fixture.ts';
import { secondStageDomain as domain, legacyRow, scalableRow } from './machine.fixture.ts';

const legacy = namedProfile('legacy-39') as Profile;
const nested = namedProfile('nested-48') as Profile;
const remapping = { ...legacy, ecap: legacy.ecap | 8n };
const WORKING = 0xc400_0000n;
const QUEUE = 0x10_0000n;
const registers = (profile: Profile, more: Readonly<Record<string, bigint>>): string =>
  profileText(profile, { GSTS: WORKING, ...more });
const [GSTS, FIRST] = [5, 6];

describe('registers beside the queue', () => {
  const queue = queueText('dmar0', 200, 200, [[0x11n, 0n]]);
  const a = queueText('dmar0', 0, 0, [[0x11n, 0n]]);

  test.for<readonly [string, bigint, string]>([
    ['scalable mode', 0x1400n, 'RTA.1.3'],
    ['the reserved mode', 0x1800n, 'RTA.1.2'],
    ['abort mode', 0x1c00n, 'RTA.1.1'],
  ])('with %s on a unit without it say nothing of descriptors', ([, RTADDR, rule]) => {
    expect(lintTexts({ a, b: registers(legacy, { RTADDR, IQA: QUEUE }) })).toEqual([`${FIRST} ${rule}`]);
  });

  test('with wide slots on a unit without them say nothing of head and tail', () => {
    const b = registers(legacy, { IQA: QUEUE | 0x800n, IQH: 0xc80n, IQT: 0xc90n });
    expect(lintTexts({ queue, b })).toEqual([`${FIRST} invalidation.queue.width`]);
  });

  test('tell where the head is, which lies in the queue and where a slot begins', () => {
    const of = (IQH: bigint) => lintTexts({ b: registers(nested, { IQA: QUEUE | 0x800n, IQH }) });
    expect(of(0xfe0n)).toEqual([]);
    expect(of(0x1000n)).toEqual(['7 lint.queue.head']);
    expect(of(0x10n)).toEqual(['7 lint.queue.head']);
  });
});

test('an interrupt table that is not in use is not judged', () => {
  const IRTA = 1n << 60n;
  expect(lintTexts({ b: registers(remapping, { IRTA }) })).toEqual([]);
  expect(lintTexts({ b: registers(remapping, { GSTS: 0xc700_0000n, IRTA }) })).toEqual([
    `${FIRST} lint.register.reserved may`,
  ]);
});

describe('the status of a unit', () => {
  test.for<readonly [string, Profile, bigint, number]>([
    ['translation without a root table', legacy, 0x8000_0000n, 1],
    ['interrupt remapping without a table', remapping, 0xc200_0000n, 1],
    ['both with theirs', remapping, 0xc300_0000n, 0],
    ['interrupt remapping that it does not have', legacy, 0xc300_0000n, 1],
    ['a queue that it does not have', { ...legacy, ecap: 1n }, 0x400_0000n, 1],
    ['a flush of write buffers that it needs', { ...legacy, cap: legacy.cap | 0x10n }, 0xcc00_0000n, 0],
    ['a flush of write buffers that it has not', { ...legacy, cap: legacy.cap & ~0x10n }, 0xcc00_0000n, 1],
  ])('with %s', ([, profile, status, count]) => {
    const notes = Array<string>(count).fill(`${GSTS} lint.register.status may`);
    expect(lintTexts({ b: registers(profile, { GSTS: status }) })).toEqual(notes);
  });

  test('whose queue has stopped is a note, and not where it has none', () => {
    const FSTS = 0x10n;
    expect(lintTexts({ b: registers(legacy, { FSTS }) })).toEqual([`${FIRST} lint.queue.error may`]);
    expect(lintTexts({ b: registers(legacy, { GSTS: 0n, FSTS }) })).toEqual([]);
  });
});

describe('tables', () => {
  test('whose width no unit has are not blamed for the levels of their rows', () => {
    const row = legacyRow(legacy, 0x10, 1, 0);
    row.context[1] = 0x106n;
    const path = [0n, 0x1003n, 0x2003n, 0x3003n, 0x4003n];
    const c = pagesText(0x10, (row.context[0] ?? 0n) & ~0xfffn, [{ pageNumber: 0n, path }], 'newer');
    expect(lintTexts({ a: tablesText('dmar0', [row]), c })).toEqual([`${FIRST_ROW} LCT.4.1`]);
  });

  test('with a hole below a level of tables have no page there that could be off its boundary', () => {
    const path = [0n, 0x1003n, 0x2003n, 0n, 0n];
    expect(lintTexts({ c: pagesText(0x10, 0x1000n, [{ pageNumber: 5n, path }], 'newer') })).toEqual([
      `${FIRST_ROW} lint.row.path may`,
    ]);
  });

  test.for<readonly [string, Row, Row]>([
    ['in legacy mode', legacyRow(nested, 0x10, 1, 0), legacyRow(nested, 0x10, 1, 0)],
    [
      'in scalable mode, with other tables',
      scalableRow(nested, 0x10, 0, domain),
      scalableRow(nested, 0x10, 0, { ...domain, second: 0x2_0000_0000n }),
    ],
  ])('that show one entry twice %s are two dumps in one', ([, ...rows]) => {
    const a = tablesText('dmar0', rows);
    expect(lintTexts({ a })).toEqual([`${FIRST_ROW + 1} lint.row.twice may`]);
    const [, , ...withoutHeading] = a.split('\n');
    expect(lintTexts({ a: withoutHeading.join('\n') }).filter((told) => told.includes('twice'))).toEqual([]);
  });
});

test('a flag that the unit does not have is reserved, and does not contradict another one too', () => {
  const row = scalableRow(nested, 0x10, 0, domain);
  const has = { ...nested, ecap: nested.ecap & ~(1n << 29n) & ~(1n << 56n) };
  // PRE without DTE, and EPTR without PASIDE.
  for (const flags of [0x10n, 0x40n]) {
    const a = tablesText('dmar0', [{ ...row, context: [0x2_0000_0401n | flags, 0n] }]);
    expect(lintTexts({ a, b: registers(has, {}) })).toEqual([`${FIRST_ROW} SCT.3`]);
  }
});

test('a page-selective invalidation where there is none says so', () => {
  const texts = { a: queueText('dmar0', 0, 0, [[0x32n, 0n]]), b: registers({ ...legacy, cap: 0x462n }, {}) };
  expect(linting(texts).linted[0]?.findings[0]?.detail).toBe('page-selective, and the unit has PSI 0');
});
