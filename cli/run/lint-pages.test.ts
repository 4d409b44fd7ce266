import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Choices } from '../../generators/choices.ts';
import { seed } from '../../generators/drawing.ts';
import { profilePool } from '../../generators/profiles.ts';
import { unitOf } from '../../models/reference/unit.ts';
import { namedProfile } from '../../spec/profiles.ts';
import type { Profile } from '../../spec/schema.ts';
import {
  FIRST_ROW,
  lintTexts,
  type Page,
  pagesText,
  profileText,
  type Row,
  registersText,
  tablesText,
} from './dump-text.fixture.ts';
import { widthOf } from './machine.fixture.ts';

const RUNS = 4;
const TABLE = 0x1_0000_0000n;
const DEVICE = 0x10;
/** Bits that entries of the stage have: present or rights, then accessed where hardware sets it. */
const plain = { first: 0x27n, second: 0x3n } as const;
const PAGE_SIZE = 0x80n;

type Stage = keyof typeof plain;

interface Mapped {
  readonly profile: Profile;
  readonly stage: Stage;
  readonly pages: Page[];
}

const firstStage = profilePool.filter((profile) => {
  const { FSTS, SSTS } = unitOf(profile).capabilities;
  return FSTS === 1 && SSTS === 1;
});
const secondStage = profilePool.filter((profile) => widthOf(profile) !== 0n);
const stages = [
  { stage: 'first' as Stage, profiles: firstStage, rule: 'SFS.3' },
  { stage: 'second' as Stage, profiles: secondStage, rule: 'LSS.2' },
];

/** Pages in ascending order with their tables, as many levels as the unit has. */
function mapped(profile: Profile, stage: Stage, chosen: number): Mapped {
  const choices = new Choices(chosen);
  const { FS1GP, SSLPS } = unitOf(profile).capabilities;
  const sizes = [
    1,
    ...(stage === 'first' || (SSLPS & 1) === 1 ? [2] : []),
    ...((stage === 'first' ? FS1GP : SSLPS & 2) ? [3] : []),
  ];
  const levels = stage === 'first' ? 4 : Number(widthOf(profile)) + 2;
  const pages: Page[] = [];
  let next = 0n;
  for (let left = 1 + choices.pick(6); left > 0; left--) {
    const level = Math.min(choices.one(sizes), levels);
    const size = 1n << (9n * BigInt(level - 1));
    const pageNumber = ((next + size - 1n) / size) * size;
    pages.push({ pageNumber, path: path(stage, pageNumber, level, levels) });
    next = pageNumber + size * BigInt(1 + choices.pick(3));
  }
  return { profile, stage, pages };
}

function path(stage: Stage, pageNumber: bigint, leaf: number, levels: number): bigint[] {
  return [5, 4, 3, 2, 1].map((level) => {
    if (level > levels || level < leaf) return 0n;
    if (level > leaf)
      return (
        plain[stage] | (TABLE + (((pageNumber >> BigInt(9 * (level - 1))) << 3n) + BigInt(level)) * 0x1000n)
      );
    return plain[stage] | (leaf === 1 ? 0n : PAGE_SIZE) | (pageNumber << 12n);
  });
}

/** The files of the machine: registers, an entry that points to the table, and its pages. */
function filesOf({ profile: { cap, ecap, ...rest }, stage, pages }: Mapped, form: 'older' | 'newer') {
  const aw = widthOf({ cap, ecap, ...rest });
  const root = [0x2_0000_0001n, stage === 'first' ? 0x2_0000_1001n : 0n];
  const row: Row =
    stage === 'first'
      ? {
          sourceId: DEVICE,
          root,
          context: [0x3_0000_0001n, 0n],
          pasid: 0,
          entry: [0x41n | (aw << 2n), 1n, TABLE],
        }
      : { sourceId: DEVICE, root, context: [TABLE | 1n, 0x100n | aw], entry: [] };
  const rtaddr = stage === 'first' ? 0x400n : 0n;
  return {
    a: pagesText(DEVICE, TABLE, pages, form),
    b: tablesText('dmar0', [row]),
    c: registersText('dmar0', { CAP: cap, ECAP: ecap, RTADDR: rtaddr }),
  };
}

type Plant = (mapped: Mapped, choices: Choices) => number | undefined;

/** Sets bits of the entry of `level` in one row that has such an entry; the first that shows it is named. */
const entryBits =
  (
    choose: (mapped: Mapped, choices: Choices) => bigint,
    fits: (path: readonly bigint[], mapped: Mapped) => number,
  ): Plant =>
  (one, choices) => {
    const found = one.pages.flatMap((page, index) => (fits(page.path, one) >= 0 ? [index] : []));
    const set = choose(one, choices);
    const [index] = found;
    if (index === undefined || set === 0n) return undefined;
    const page = one.pages[index] as Page;
    const column = fits(page.path, one);
    const before = page.path[column] ?? 0n;
    for (const other of one.pages) if (other.path[column] === before) other.path[column] = before | set;
    return index;
  };
const isPage = (entry = 0n): boolean => (entry & PAGE_SIZE) !== 0n;
const ofLevel =
  (column: number, asPage?: boolean) =>
  (entries: readonly bigint[]): number =>
    entries[column] !== 0n && (asPage === undefined || isPage(entries[column]) === asPage) ? column : -1;

const plants: Readonly<Record<string, Plant>> = {
  'PS in a PML4 entry': entryBits(() => PAGE_SIZE, ofLevel(1)),
  'a 2 MiB page off its boundary': entryBits(
    (_, choices) => 1n << BigInt(13 + choices.pick(8)),
    ofLevel(3, true),
  ),
  'a 1 GiB page off its boundary': entryBits(
    (_, choices) => 1n << BigInt(13 + choices.pick(17)),
    ofLevel(2, true),
  ),
  'a 1 GiB page that the unit does not have': ({ profile, stage, pages }) => {
    const { FS1GP, SSLPS } = unitOf(profile).capabilities;
    if ((stage === 'first' ? FS1GP : SSLPS & 2) !== 0) return undefined;
    const levels = stage === 'first' ? 4 : Number(widthOf(profile)) + 2;
    pages.splice(0, pages.length, { pageNumber: 0n, path: path(stage, 0n, 3, levels) });
    return 0;
  },
  'bit 11 of a second-stage table': entryBits(
    ({ stage }) => (stage === 'second' ? 0x800n : 0n),
    ofLevel(3, false),
  ),
  'an address above the host width': entryBits(({ profile }) => {
    const width = unitOf(profile).capabilities.MGAW + 1;
    return width < 52 ? 1n << BigInt(width) : 0n;
  }, ofLevel(4)),
  'bit 62 of second stage': entryBits(({ stage }) => (stage === 'second' ? 1n << 62n : 0n), ofLevel(4)),
};

describe.for(stages)('pages of $stage stage', ({ stage, profiles, rule }) => {
  const profile = fc.constantFrom(...profiles);
  const form = fc.constantFrom('older' as const, 'newer' as const);

  test('that keep every rule are clean', () => {
    fc.assert(
      fc.property(profile, seed.arbitrary, form, (one, chosen, shown) => {
        expect(lintTexts(filesOf(mapped(one, stage, chosen), shown))).toEqual([]);
      }),
      { numRuns: 2 * RUNS, seed: 1 },
    );
  });

  test.for(Object.entries(plants))('with %s are named with their line and nothing else', ([, plant]) => {
    fc.assert(
      fc.property(profile, seed.arbitrary, seed.arbitrary, form, (one, chosen, where, shown) => {
        const machine = mapped(one, stage, chosen);
        const row = plant(machine, new Choices(where));
        if (row === undefined) return;
        expect(lintTexts(filesOf(machine, shown))).toEqual([`${FIRST_ROW + row} ${rule}`]);
      }),
      { numRuns: RUNS, seed: 2 },
    );
  });
});

const simple = (...paths: readonly (readonly [bigint, ...bigint[]])[]): string =>
  pagesText(
    DEVICE,
    TABLE,
    paths.map(([pageNumber, ...rest]) => ({ pageNumber, path: rest })),
    'older',
  );

describe('a row', () => {
  test('of a large page that begins off its boundary is no walk', () => {
    expect(lintTexts({ a: simple([0x201n, 0n, 0x1003n, 0x2003n, 0x40_0083n, 0n]) })).toEqual([
      '3 lint.row.boundary',
    ]);
  });

  test('that shows an entry otherwise than the row before may be of another moment', () => {
    const text = simple(
      [0n, 0n, 0x1003n, 0x2003n, 0x3003n, 0x4003n],
      [1n, 0n, 0x1003n, 0x2003n, 0x9003n, 0x5003n],
    );
    expect(lintTexts({ a: text })).toEqual(['4 lint.row.same-entry may']);
  });

  test('whose tables hardware has marked as accessed meanwhile says nothing new', () => {
    const text = simple(
      [0n, 0n, 0x1003n, 0x2003n, 0x3003n, 0x4003n],
      [1n, 0n, 0x1103n, 0x2103n, 0x3123n, 0x5003n],
    );
    expect(lintTexts({ a: text })).toEqual([]);
  });

  test('with a hole in its path may be of two moments', () => {
    expect(lintTexts({ a: simple([0n, 0n, 0x1003n, 0x2003n, 0n, 0x4003n]) })).toEqual([
      '3 lint.row.path may',
    ]);
    expect(lintTexts({ a: simple([0n, 0n, 0x1003n, 0x2003n, 0x3003n, 0n]) })).toEqual([
      '3 lint.row.path may',
    ]);
  });

  test('with another number of levels than AW gives its table may be of two moments', () => {
    const context = [TABLE | 1n, (2n << 8n) | 2n];
    const b = tablesText('dmar0', [{ sourceId: DEVICE, root: [0x2001n, 0n], context, entry: [] }]);
    const row = [0n, 0n, 0x1003n, 0x2003n, 0x3003n, 0x4003n] as const;
    expect(lintTexts({ a: simple(row), b })).toEqual([]);
    const [, , ...below] = row;
    expect(lintTexts({ a: simple([0n, 0x5003n, ...below]), b })).toEqual(['3 lint.row.path may']);
  });

  test('whose levels do not tell its page number may be of two moments', () => {
    expect(lintTexts({ a: simple([1n << 36n, 0n, 0x1003n, 0x2003n, 0x3003n, 0x4003n]) })).toEqual([
      '3 lint.row.path may',
    ]);
  });

  test('that goes through one table at two levels may be of two moments', () => {
    expect(lintTexts({ a: simple([0n, 0n, 0x1003n, 0x2003n, 0x1003n, 0x4003n]) })).toEqual([
      '3 lint.row.path may',
    ]);
    expect(lintTexts({ a: simple([0n, 0n, 0x1003n, 0x2003n, 0x3003n, 0x1003n]) })).toEqual([]);
    const next = [0x200n, 0n, 0x1003n, 0x2003n, 0x2003n, 0x5003n] as const;
    expect(lintTexts({ a: simple([0n, 0n, 0x1003n, 0x2003n, 0x3003n, 0x4003n], next) })).toEqual([
      '4 lint.row.path may',
    ]);
  });

  test('whose next table lies at 0 has a pointer that nobody wrote: a note', () => {
    expect(lintTexts({ a: simple([0n, 0n, 0x1003n, 0x2003n, 3n, 0x4003n]) })).toEqual([
      '3 lint.entry.table may',
    ]);
  });

  test('that leads into the interrupt range is blocked, and the range itself is not translated', () => {
    const path = [0n, 0x1003n, 0x2003n, 0x3003n, 0xfee0_1003n] as const;
    expect(lintTexts({ a: simple([5n, ...path]) })).toEqual(['3 lint.row.interrupt-range']);
    expect(lintTexts({ a: simple([0xf_ee01n, ...path]) })).toEqual([]);
    const [top, second, third] = path;
    expect(lintTexts({ a: simple([0x200n, top, second, third, 0xfee0_0083n, 0n]) })).toEqual([
      '3 lint.row.interrupt-range',
    ]);
    // A page of 1 GiB reaches over all that lies between two pieces of memory.
    expect(lintTexts({ a: simple([0x4_0000n, top, second, 0xc000_0083n, 0n, 0n]) })).toEqual([]);
  });

  test('within the page before it may be of two moments', () => {
    const text = simple([0n, 0n, 0x1003n, 0x2003n, 0x83n, 0n], [1n, 0n, 0x1003n, 0x2003n, 0x83n, 0n]);
    expect(lintTexts({ a: text })).toEqual(['4 lint.row.boundary']);
  });
});

test('where SSIRWE is set an entry counts that has its rights in bits 61 and 62', () => {
  const unit = namedProfile('everything') as Profile;
  const granting = (1n << 61n) | (1n << 62n);
  const walk = (bits: bigint): Page => ({
    pageNumber: 0n,
    path: [0n, 0x1000n | bits, 0x2000n, 0x3000n, 0x4000n].map((entry, at) =>
      at === 0 ? 0n : entry | granting,
    ),
  });
  const row = {
    ...{ sourceId: DEVICE, root: [0x2001n, 0n], context: [0x3_0000_0001n, 0n], pasid: 0 },
    entry: [TABLE | 0x89n, 1n, 0n],
  };
  const files = (bits: bigint) => ({
    a: pagesText(DEVICE, TABLE, [walk(bits)], 'older'),
    b: tablesText('dmar0', [row]),
    c: profileText(unit, { RTADDR: 0x480n }),
  });
  expect(lintTexts(files(0n))).toEqual([]);
  expect(lintTexts(files(PAGE_SIZE))).toEqual(['3 SSS.3']);
});

describe('without registers and tables', () => {
  test('a bit is wrong only when it is wrong for either stage', () => {
    // Bit 11 is reserved in a second-stage table and ignored in a first-stage one.
    expect(lintTexts({ a: simple([0n, 0n, 0x1803n, 0x2003n, 0x3003n, 0x4003n]) })).toEqual([]);
    expect(lintTexts({ a: simple([0n, 0n, 0x1083n, 0x2003n, 0x3003n, 0x4003n]) })).toEqual(['3 LSS.2']);
  });

  test('five levels are not judged: of a first-stage table they may stand in wrong columns', () => {
    expect(lintTexts({ a: simple([0n, 0x1083n, 0x1083n, 0x2003n, 0x3003n, 0x4003n]) })).toEqual([]);
  });
});
