import { describe, expect, test } from 'vitest';
import { ALL_64, bits } from '../bits.ts';
import { faultCondition } from '../faults.ts';
import { namedProfile, namedProfiles } from '../profiles.ts';
import { type EntryFormat, entryFormats, type Profile } from '../schema.ts';
import { firstStageLayout, firstStageLayouts } from './first-stage.ts';
import { hostPermissionLayouts } from './host-permission.ts';
import { entryLayouts } from './index.ts';
import { fieldOf, type Layout } from './layout.ts';
import { aloneModes, masks, resolveLayout } from './resolve.ts';
import { secondStageLayout, secondStageLayouts } from './second-stage.ts';
import { smmuCommands } from './smmu-commands.ts';

const layouts: readonly Layout[] = [
  ...Object.values(entryLayouts),
  ...Object.values(firstStageLayouts),
  ...Object.values(secondStageLayouts),
  ...Object.values(hostPermissionLayouts),
  ...[...smmuCommands.values()].map(({ layout }) => layout),
];
const profile = (name: string): Profile => {
  const found = namedProfile(name);
  if (found === undefined) throw new RangeError(name);
  return found;
};

describe.each(layouts.map((layout) => [layout.name, layout] as const))('layout %s', (_name, layout) => {
  test('covers every bit once', () => {
    const covered = Array.from({ length: layout.words }, () => 0n);
    for (const { word, mask } of layout.fields) {
      expect(covered[word]! & mask).toBe(0n);
      covered[word]! |= mask;
    }
    expect(covered).toEqual(covered.map(() => ALL_64));
  });

  test('names fields that exist', () => {
    for (const name of layout.presentWhen) expect(fieldOf(layout, name).kind).toBe('value');
    for (const { ignoredWhen, openWhen } of layout.fields) {
      for (const { field } of [ignoredWhen, openWhen].filter((condition) => condition !== undefined)) {
        expect(fieldOf(layout, field).kind).toBe('value');
      }
    }
  });

  test('covers every bit once under every profile', () => {
    for (const unit of namedProfiles) {
      const { parts } = resolveLayout(layout, unit);
      const covered = Array.from({ length: layout.words }, () => 0n);
      for (const { word, mask } of parts) {
        expect(covered[word]! & mask).toBe(0n);
        covered[word]! |= mask;
      }
      expect(covered).toEqual(covered.map(() => ALL_64));
    }
  });
});

test('every format of area entry has a layout of its size, and conditions that exist', () => {
  for (const format of Object.keys(entryFormats) as EntryFormat[]) {
    const layout = entryLayouts[format];
    expect(layout).toMatchObject({ name: format, words: entryFormats[format] });
    expect(faultCondition(layout.conditions!.notPresent).id).toBe(layout.conditions!.notPresent);
    expect(faultCondition(layout.conditions!.reserved).id).toBe(layout.conditions!.reserved);
  }
});

// The masks below are those of the tables in chapter 9, written out by hand.
const none = { cap: 0n, ecap: 0n, haw: 46, specRev: '5.10' } as const;
const aboveHaw = bits(63, 46);

test('without any capability the PASID table entry keeps P, FPD, PGTT, DID and the ignored bits', () => {
  expect(resolveLayout(entryLayouts['pasid-table'], none).reserved).toEqual([
    0xc20n | aboveHaw | 0x1cn | bits(45, 12) | 0x200n,
    0xf87f0000n | 0xfff0n | 0x800000n | 0x1000000n | 0xffffffff06000000n,
    0xf02n | aboveHaw | 0x1n | 0x1cn | bits(45, 12) | 0x80n,
    ALL_64,
    0xff8n | aboveHaw | 0x7n | bits(45, 12),
    ALL_64,
    ALL_64,
    ALL_64,
  ]);
});

test('with every capability only the gaps and the bits above HAW are reserved', () => {
  expect(resolveLayout(entryLayouts['pasid-table'], profile('everything')).reserved).toEqual([
    0xc20n | bits(63, 52),
    0xf87f0000n,
    0xf02n | bits(63, 52),
    ALL_64,
    0xff8n | bits(63, 52),
    ALL_64 ^ 0xffffn,
    ALL_64,
    ALL_64,
  ]);
  expect(resolveLayout(entryLayouts['context-scalable'], profile('everything')).reserved).toEqual([
    0x180n | bits(63, 52),
    0xffffffffffe00000n,
    ALL_64,
    ALL_64,
  ]);
});

test('without any capability a scalable context entry keeps P, FPD, PDTS and the directory', () => {
  expect(resolveLayout(entryLayouts['context-scalable'], none).reserved).toEqual([
    0x1fcn | aboveHaw,
    ALL_64,
    ALL_64,
    ALL_64,
  ]);
});

test('a legacy context entry has the domain id width of ND', () => {
  const { reserved } = resolveLayout(entryLayouts['context-legacy'], none);
  expect(reserved).toEqual([0xff0n | aboveHaw, 0xffffffffff000080n | 0xfff000n]);
});

test('before revision 4.1 the bits of execute requests and of AW without second stage are open', () => {
  const old = resolveLayout(entryLayouts['pasid-table'], { ...none, specRev: '3.4' });
  expect(old.open).toEqual([0x3cn, 0n, 0x62n, 0n, 0n, 0n, 0n, 0n]);
  const older = resolveLayout(entryLayouts['pasid-table'], { ...none, specRev: '3.1' });
  expect(older.open[1]).toBe(0xf9000000n);
});

describe('second stage', () => {
  const up = bits(51, 46);
  const withoutRightsBit = 1n << 62n;
  const reservedOf = (layout: Layout, caps: Partial<typeof none> = {}) =>
    resolveLayout(layout, { ...none, ...caps }).reserved[0];

  test.each([
    ['pml5', 0x880n],
    ['pml4', 0x880n],
    ['pdpTable', 0x800n],
    ['pdTable', 0x800n],
    ['pdpPage', 0x3ffff000n | 0x880n],
    ['pdPage', 0x1ff000n | 0x880n],
    ['pt', 0x800n],
  ] as const)('reserved bits of %s without snoop control and large pages', (name, expected) => {
    expect(reservedOf(secondStageLayouts[name])).toBe(expected | up | withoutRightsBit);
  });

  test('large pages and snoop control free bits 7 and 11 of pages', () => {
    const unit = profile('second-stage-57');
    const reserved = (name: keyof typeof secondStageLayouts) =>
      resolveLayout(secondStageLayouts[name], unit).reserved[0];
    expect(reserved('pdpPage')).toBe(0x3ffff000n | withoutRightsBit);
    expect(reserved('pdPage')).toBe(0x1ff000n | withoutRightsBit);
    expect(reserved('pt')).toBe(withoutRightsBit);
    expect(reserved('pdTable')).toBe(0x800n | withoutRightsBit);
  });

  test('SSIRWE moves the rights from bits 0 and 1 to bits 61 and 62', () => {
    const layout = secondStageLayouts.pml4;
    const moved = resolveLayout(layout, none, { ...aloneModes, SSIRWE: true });
    expect(moved.reserved[0]! & withoutRightsBit).toBe(0n);
    expect(masks(layout, moved.parts, 'ignored')[0]! & 0x3n).toBe(0x3n);
    const plain = resolveLayout(layout, none);
    expect(masks(layout, plain.parts, 'ignored')[0]! & bits(62, 61)).toBe(1n << 61n);
  });

  test('bit 7 tells a page from a table at levels 2 and 3 only', () => {
    expect(secondStageLayout(3, 0x80n)).toBe(secondStageLayouts.pdpPage);
    expect(secondStageLayout(2, 0x80n)).toBe(secondStageLayouts.pdPage);
    expect(secondStageLayout(2, 0n)).toBe(secondStageLayouts.pdTable);
    expect(secondStageLayout(4, 0x80n)).toBe(secondStageLayouts.pml4);
    expect(secondStageLayout(1, 0x80n)).toBe(secondStageLayouts.pt);
    expect(() => secondStageLayout(6, 0n)).toThrow(RangeError);
  });
});

describe('first stage', () => {
  const up = bits(51, 46);
  test.each([
    ['pml5', 0x80n],
    ['pml4', 0x80n],
    ['pdpTable', 0n],
    ['pdTable', 0n],
    ['pdpPage', 0x3fffe080n],
    ['pdPage', 0x1fe000n],
    ['pt', 0n],
  ] as const)('reserved bits of %s without 1 GiB pages', (name, expected) => {
    expect(resolveLayout(firstStageLayouts[name], none).reserved[0]).toBe(expected | up);
  });

  test('FS1GP frees bit 7 of a 1 GiB page', () => {
    const { reserved } = resolveLayout(firstStageLayouts.pdpPage, profile('everything'));
    expect(reserved[0]).toBe(0x3fffe000n);
  });

  test('bit 7 tells a page from a table at levels 2 and 3 only', () => {
    const names = [5, 4, 3, 2, 1].map((level) =>
      [0n, 0x80n].map((entry) => firstStageLayout(level, entry).name),
    );
    expect(names.map(([table, page]) => table === page)).toEqual([true, true, false, false, true]);
    expect(() => firstStageLayout(6, 0n)).toThrow('levels 1 to 5');
  });
});

test('a host permission table entry has its table above bit 64, and 1 GiB pages only with HPT1GPS', () => {
  const { l4, l3, l2, l1 } = hostPermissionLayouts;
  const reserved = (layout: Layout, unit: Profile | typeof none) => resolveLayout(layout, unit).reserved;
  const upper = 0xffen | bits(51, 46);
  expect(reserved(l4, none)).toEqual([ALL_64, upper]);
  expect(reserved(l3, none)).toEqual([ALL_64, upper]);
  expect(reserved(l2, none)).toEqual([0n, upper]);
  expect(reserved(l1, none)).toEqual([0n, 0n]);
  expect(reserved(l3, profile('everything'))[0]).toBe(bits(63, 32));
});
