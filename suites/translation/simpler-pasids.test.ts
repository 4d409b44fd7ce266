import { expect, test } from 'vitest';
import { ROOT, translation, type Words } from '../../models/faulty/tables.ts';
import type { Request, TranslationCase } from '../../spec/schema.ts';
import { asRequesterPasid, lowerPasids } from './simpler-pasids.ts';

/** Entries of RID_PASID `pasid` in tables of their own; `request` may have one too. */
const served = (pasid: number, request: Partial<Request> = {}): TranslationCase =>
  translation(
    'nested-48',
    0x1400n,
    [
      ROOT,
      [0x2000n, 0x3009n, ...(pasid === 0 ? [] : [BigInt(pasid)])] as unknown as Words,
      [0x3000n + 8n * BigInt(pasid >> 6), 0x4001n],
      [0x4000n + 64n * BigInt(pasid & 63), 0x105n],
    ],
    request,
  );
/** A directory of size `size` at `directory`, with one entry. */
const far = (directory: bigint, size: bigint, pasid: bigint, entry: bigint): TranslationCase =>
  translation('nested-48', 0x1400n, [
    ROOT,
    [0x2000n, directory | (size << 9n) | 1n, pasid],
    [entry, 0x4001n],
    [0x4000n, 0x105n],
  ]);

test('RID_PASID is lowered with the entries that it leads to', () => {
  const lowered = [...lowerPasids(served(0x145))];
  for (const pasid of [1, 5, 0x40, 0x140]) expect(lowered).toContainEqual(served(pasid));
  expect([...lowerPasids(served(1))].map(({ memory }) => memory[1]?.words)).toEqual([[0x3009n]]);
});

test('a PASID that is RID_PASID too stays so, or is lowered alone', () => {
  const [both, alone] = [...lowerPasids(served(0x45, { pasid: 0x45 }))].slice(2);
  expect(both).toEqual(served(1, { pasid: 1 }));
  expect(alone?.memory[1]).toEqual(served(0x45).memory[1]);
  expect(alone?.requests).toEqual(both?.requests);
});

test('an entry far behind the start of its directory comes to lie in the second page, at the start of its memory', () => {
  const entry = 0x1_0000_5000n;
  const lowered = [...lowerPasids(far(0xffff_e000n, 7n, 0x3_8000n, entry))];
  expect(lowered).toContainEqual(far(0x1_0000_4000n, 7n, 0x8000n, entry));
  expect(lowered).toContainEqual(far(0xffff_f000n, 7n, 0x8000n, 0x1_0000_0000n));
});

test('a directory is no larger than its PASID needs', () => {
  const [smaller] = [...lowerPasids(far(0xffff_f000n, 7n, 0x8000n, 0x1_0000_0000n))].slice(-1);
  expect(smaller).toEqual(far(0xffff_f000n, 3n, 0x8000n, 0x1_0000_0000n));
  expect([...lowerPasids(far(0xffff_f000n, 3n, 0x8000n, 0x1_0000_0000n))]).not.toContainEqual(smaller);
});

test('what came with a PASID comes without, as RID_PASID says it', () => {
  const withPasid = translation('nested-48', 0x1400n, [ROOT, [0x2000n, 0x3009n]], { pasid: 5 });
  const without = translation('nested-48', 0x1400n, [ROOT, [0x2000n, 0x3009n, 5n]]);
  expect(asRequesterPasid(withPasid, 0)).toEqual(without);
  expect(asRequesterPasid(without, 0)).toBe(without);
});
