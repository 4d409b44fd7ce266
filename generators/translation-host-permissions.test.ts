import { expect, test } from 'vitest';
import { namedProfile } from '../spec/profiles.ts';
import { Choices } from './choices.ts';
import { type TableEntry, Tables } from './tables.ts';
import { addHostPermissions } from './translation-host-permissions.ts';
import { translationTarget } from './translation-target.ts';

/** By level: address bits below a page, and pages in an entry. */
const pageBits = [0, 12, 21, 30] as const;
const pages = [0, 32, 16, 8] as const;

/** The four bits for the page of `frame`; none in an entry of the top table. */
function permissionOf({ level, words }: TableEntry, frame: number): bigint {
  const page = Math.floor((frame * 0x1000) / 2 ** (pageBits[level] ?? 0)) % (pages[level] ?? 1);
  return level === 4 ? 0n : ((words[page >> 4] ?? 0n) >> BigInt(4 * (page & 15))) & 0xfn;
}

test('permissions of pages that are asked for have reserved bits at every level, most have none', () => {
  const profile = namedProfile('everything');
  if (profile === undefined) throw new RangeError('everything');
  const target = translationTarget(profile);
  const [tableBlock = 0, dataBlock = 0] = target.blocks;
  let permissions = 0;
  const reserved = [0, 0, 0, 0];
  for (let seed = 1; seed <= 500; seed++) {
    const tables = new Tables(tableBlock, 1);
    const { frames, paths } = addHostPermissions(target, tables, dataBlock, new Choices(seed * 0x9e37_79b1));
    for (const [index, path] of paths.entries()) {
      const last = path.at(-1) as TableEntry;
      const permission = permissionOf(last, frames[index] ?? 0);
      if (permission !== 0n) permissions++;
      if (permission >= 4n) reserved[last.level] = (reserved[last.level] ?? 0) + 1;
    }
  }
  const [, small = 0, medium = 0, large = 0] = reserved;
  expect(Math.min(small, medium, large)).toBeGreaterThan(10);
  expect(small + medium + large).toBeLessThan(permissions / 3);
});

test('where a large table reaches over pages of others, what stands there is neither changed nor followed', () => {
  const profile = namedProfile('everything');
  if (profile === undefined) throw new RangeError('everything');
  const target = translationTarget({ ...profile, haw: 52 });
  const [tableBlock = 0, dataBlock = 0] = target.blocks;
  for (let seed = 1; seed <= 500; seed++) {
    const tables = new Tables(tableBlock, 1);
    const others = Array.from({ length: 8 }, () => tables.page()).flatMap((page) =>
      Array.from({ length: 64 }, (_, slot) =>
        tables.entry('pasid-table', page + 64 * slot, [1n, 3n, 0n, 0n, 0n, 0n, 0n, 0n]),
      ),
    );
    addHostPermissions(target, tables, dataBlock, new Choices(seed * 0x9e37_79b1), true);
    expect(others.filter(({ words }) => words.join() !== '1,3,0,0,0,0,0,0')).toEqual([]);
    expect(tables.entries.filter(({ address }) => address % 16 !== 0)).toEqual([]);
  }
});
